# SPDX-License-Identifier: MIT
# Draws figure4.csv and figure4-regions.csv, as `treaty reproduce figure4 --out DIR`
# leaves them: in DIR,
#     gnuplot figure4.gp
set terminal svg size 980,960 font 'Helvetica,Arial,sans-serif,14' background '#ffffff'
set output 'figure4.svg'
set datafile separator ','
set encoding utf8

array panel[4] = ['a', 'b', 'c', 'd']
array title_of[4] = ['(a) PD, δ = 0.5, equispaced', '(b) PD, δ = 0.9, equispaced', \
    '(c) PD, δ = 0.9, SOO with λ = 1', '(d) BS, δ = 0.9, equispaced']

region(p, k, n) = strcol(1) eq p && strcol(2) eq k && column(3) == n ? column(4) : NaN
spot(p, k) = strcol(1) eq p && strcol(2) eq k ? column(3) : NaN

set border 3 linewidth 1
set size square
set key off
set multiplot
do for [k = 1:4] {
    left = k % 2 == 1 ? 0.08 : 0.575
    set lmargin at screen left
    set rmargin at screen left + 0.405
    set tmargin at screen (k <= 2 ? 0.96 : 0.505)
    set bmargin at screen (k <= 2 ? 0.63 : 0.175)
    set title title_of[k] offset 0,-0.4
    set xtics nomirror
    set ytics nomirror
    if (k < 4) { set xrange [-1.3:3.3]; set yrange [-1.3:3.3] } else { set xrange [-0.15:2.3]; set yrange [-0.15:2.3] }
    set xlabel 'payoff per stage of player 1, U_1' offset 0,0.4
    set ylabel 'payoff per stage of player 2, U_2' offset 1.2,0
    plot for [n = 0:40] 'figure4-regions.csv' using (region(panel[k], 'possible', n)):5:6 \
            with filledcurves fillcolor rgb '#d6ebf7' fillstyle solid 1 border linecolor rgb '#d6ebf7', \
        for [n = 0:40] 'figure4-regions.csv' using (region(panel[k], 'kept', n)):5:6 \
            with filledcurves fillcolor rgb '#a6a6a6' fillstyle solid 1 border linecolor rgb '#a6a6a6', \
        'figure4.csv' using (spot(panel[k], 'accepted')):4 with points linecolor '#555555' pointtype 7 pointsize 0.22, \
        'figure4.csv' using (spot(panel[k], 'static')):4 with points linecolor '#d55e00' linewidth 2 pointtype 6 pointsize 1.4, \
        'figure4.csv' using (spot(panel[k], 'rm')):4 with points linecolor '#009e73' linewidth 1.2 pointtype 4 pointsize 0.8, \
        'figure4.csv' using (spot(panel[k], 'written')):4 with points linecolor '#000000' linewidth 1.2 pointtype 8 pointsize 0.8, \
        'figure4.csv' using (spot(panel[k], 'repaired')):4 with points linecolor '#cc79a7' linewidth 1.8 pointtype 3 pointsize 1
}

# The legend, below.
unset title
unset xlabel
unset ylabel
unset border
unset tics
set size nosquare
set lmargin at screen 0.02
set rmargin at screen 0.98
set tmargin at screen 0.1
set bmargin at screen 0.01
set xrange [0:1]
set yrange [0:1]
set key at screen 0.5,0.095 center top horizontal maxrows 3 samplen 2 spacing 1.25 width 2 Left reverse
plot NaN with boxes fillstyle solid linecolor '#d6ebf7' title 'possible payoffs', \
    NaN with boxes fillstyle solid linecolor '#a6a6a6' title 'kept in the repeated game, (7)', \
    NaN with points linecolor '#555555' pointtype 7 pointsize 0.3 title 'accepted in one run, as written', \
    NaN with points linecolor '#d55e00' linewidth 2 pointtype 6 pointsize 1.2 title 'static equilibria', \
    NaN with points linecolor '#009e73' linewidth 1.2 pointtype 4 pointsize 0.8 title 'regret matching (RM)', \
    NaN with points linecolor '#000000' linewidth 1.2 pointtype 8 pointsize 0.8 title 'agreed, as written', \
    NaN with points linecolor '#cc79a7' linewidth 1.8 pointtype 3 pointsize 1 title 'agreed, repaired: ours'
unset multiplot
