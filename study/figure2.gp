# SPDX-License-Identifier: MIT
# Draws figure2.csv, as `treaty reproduce figure2 --out DIR` leaves it: in DIR,
#     gnuplot figure2.gp
set terminal svg size 1180,470 font 'Helvetica,Arial,sans-serif,14' background '#ffffff'
set output 'figure2.svg'
set datafile separator ','
set encoding utf8

# Colours that most who are colour-blind tell apart (Okabe and Ito), and that differ in
# grey; besides, each sampler has a mark, and NE and CE lines of their own.
array colour[4] = ['#0072b2', '#e69f00', '#009e73', '#cc79a7']
array mark[4] = [4, 6, 8, 12]
array sampler[4] = ['eq', 'rn', 'op1', 'op2']
array sampler_name[4] = ['equispaced', 'random', 'SOO, λ = ½', 'SOO, λ = 1']
array version[3] = ['authors', 'written', 'repaired']
array title_of[3] = ['(a) the published program', '(b) as the paper is written', '(c) repaired: ours']

# What is nothing, or nearly, lies below the decades, each curve a little lower than the
# one before.
nothing(k) = 0.0042 * 0.91 ** k
shown(xi, k) = xi < 0.006 ? nothing(k) : xi
down(xi, e, k) = xi < 0.006 ? nothing(k) : (xi - e < 0.006 ? 0.006 : xi - e)
up(xi, e, k) = xi < 0.006 ? nothing(k) : xi + e

set logscale xy
set xrange [4.3:235]
set yrange [0.0018:4]
set xtics (5, 10, 20, 50, 100, 200) nomirror
set border 3 linewidth 1
set grid ytics linecolor '#dddddd' linewidth 1
set xlabel 'questions of each player, N_c'
set key off
of(v, c, s) = strcol(1) eq v && strcol(2) eq c && strcol(3) eq s ? column(4) : NaN

set multiplot
left = 0.083
width = 0.236
do for [v = 1:3] {
    set lmargin at screen left + (v - 1) * (width + 0.018)
    set rmargin at screen left + (v - 1) * (width + 0.018) + width
    set tmargin at screen 0.90
    set bmargin at screen 0.15
    set title title_of[v] offset 0,-0.4
    if (v == 1) {
        set ylabel 'mean distance ξ from the frontier, payoff per stage' offset -1.2,0
        set ytics ('0 – 0.006' 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3) nomirror
    } else {
        unset ylabel
        set ytics ('' 0.003, '' 0.01, '' 0.03, '' 0.1, '' 0.3, '' 1, '' 3) nomirror
    }
    plot 'figure2.csv' using (of('authors', 'static', 'rm')):5 with lines linecolor '#000000' linewidth 1.5 dashtype 3, \
        for [s = 1:4] 'figure2.csv' using (of(version[v], 'NE', sampler[s])):(shown($5, s)):(down($5, $6, s)):(up($5, $6, s)) \
            with yerrorlines linecolor rgb colour[s] linewidth 1.8 pointtype mark[s] + 1 pointsize 0.6, \
        for [s = 1:4] 'figure2.csv' using (of(version[v], 'CE', sampler[s])):(shown($5, s + 4)):(down($5, $6, s + 4)):(up($5, $6, s + 4)) \
            with yerrorlines linecolor rgb colour[s] linewidth 1.8 dashtype 2 pointtype mark[s] pointsize 0.6, \
        'figure2.csv' using (v == 1 && strcol(9) ne '' && strcol(2) ne 'static' ? column(4) : NaN):9 \
            with points linecolor '#000000' linewidth 1.2 pointtype 2 pointsize 0.9
}

# The legend, beside the panels.
unset title
unset xlabel
unset ylabel
unset border
unset tics
unset grid
unset logscale
set lmargin at screen 0.845
set rmargin at screen 0.995
set xrange [0:1]
set yrange [0:1]
set key at screen 0.998,0.88 right top vertical Left reverse samplen 3 spacing 1.35 width -2
plot for [s = 1:4] NaN with linespoints linecolor rgb colour[s] linewidth 1.8 pointtype mark[s] + 1 pointsize 0.6 title 'NE, '.sampler_name[s], \
    for [s = 1:4] NaN with linespoints linecolor rgb colour[s] linewidth 1.8 dashtype 2 pointtype mark[s] pointsize 0.6 title 'CE, '.sampler_name[s], \
    NaN with lines linecolor '#000000' linewidth 1.5 dashtype 3 title 'static (RM)', \
    NaN with points linecolor '#000000' linewidth 1.2 pointtype 2 pointsize 0.9 title 'published values'
unset multiplot
