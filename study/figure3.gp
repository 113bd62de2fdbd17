# SPDX-License-Identifier: MIT
# Draws figure3.csv, as `treaty reproduce figure3 --out DIR` leaves it: in DIR,
#     gnuplot figure3.gp
set terminal svg size 1240,1000 font 'Helvetica,Arial,sans-serif,14' background '#ffffff'
set output 'figure3.svg'
# A mark with an error bar would have a white box around it, which hides its neighbours; so
# the bars are drawn first, without marks.
set datafile separator ','
set encoding utf8

# A colour and a mark for each discount factor (Okabe and Ito); filled for player 1,
# hollow for player 2.
array delta[3] = [0.1, 0.5, 0.9]
array colour[3] = ['#56b4e9', '#d55e00', '#000000']
array mark[3] = [8, 6, 4]
array game[4] = ['MP', 'PD', 'BS', 'CG']
array game_name[4] = ['matching pennies', "prisoner's dilemma", 'battle of the sexes', 'chicken']
array version[3] = ['authors', 'written', 'repaired']
array version_name[3] = ['(a) the published program', '(b) as the paper is written', '(c) repaired: ours']

# Eight algorithms from left to right, first NE, then CE.
place(c, s) = (c eq 'CE' ? 5 : 0) + (s eq 'eq' ? 1 : s eq 'rn' ? 2 : s eq 'op1' ? 3 : 4)
at(g, v, d, i) = strcol(1) eq g && strcol(3) eq v && abs(column(2) - d) < 1e-9 && column(6) == i \
    ? place(strcol(4), strcol(5)) + (d < 0.3 ? -0.32 : d < 0.7 ? 0 : 0.32) + (i == 1 ? -0.08 : 0.08) : NaN

set xrange [0.4:9.6]
set border 3 linewidth 1
set grid ytics linecolor '#dddddd' linewidth 1
set key off
set errorbars 0.5
set arrow 1 from graph 0.5, graph 0 to graph 0.5, graph 1 nohead linecolor '#999999' dashtype 3

set multiplot
left = 0.09
width = 0.285
height = 0.17
do for [g = 1:4] {
    do for [v = 1:3] {
        set lmargin at screen left + (v - 1) * (width + 0.02)
        set rmargin at screen left + (v - 1) * (width + 0.02) + width
        set tmargin at screen 0.945 - (g - 1) * 0.215
        set bmargin at screen 0.945 - (g - 1) * 0.215 - height
        set title (g == 1 ? version_name[v] : '') offset 0,-0.2
        set xtics ('eq' 1, 'rn' 2, 'op1' 3, 'op2' 4, 'eq' 6, 'rn' 7, 'op1' 8, 'op2' 9) nomirror
        if (game[g] eq 'PD') { set yrange [-0.2:2.7]; set ytics 0.5 nomirror }
        if (game[g] eq 'BS') { set yrange [-1.2:0.6]; set ytics 0.4 nomirror }
        if (game[g] eq 'MP' || game[g] eq 'CG') { set yrange [-0.6:0.6]; set ytics 0.3 nomirror }
        set label 1 'NE' at graph 0.03, graph 0.91 left textcolor '#555555'
        set label 2 'CE' at graph 0.97, graph 0.91 right textcolor '#555555'
        if (v == 1) {
            set format y '%g'
            set ylabel 'ΔU_{i}  over RM' offset 0.8,0
            set label 3 game_name[g] at screen 0.018, screen 0.945 - (g - 1) * 0.215 - height / 2 center rotate by 90
        } else {
            set format y ''
            unset ylabel
            unset label 3
        }
        plot 0 with lines linecolor '#999999' linewidth 1, \
            for [d = 1:3] for [i = 1:2] 'figure3.csv' using (at(game[g], version[v], delta[d], i)):7:8 \
                with yerrorbars linecolor rgb colour[d] linewidth 1 pointtype 7 pointsize 0.02, \
            for [d = 1:3] for [i = 1:2] 'figure3.csv' using (at(game[g], version[v], delta[d], i)):7 \
                with points linecolor rgb colour[d] linewidth 1.3 pointtype mark[d] + (i == 1) pointsize 0.42
    }
}

# The legend, below.
unset title
unset xlabel
unset ylabel
unset border
unset tics
unset grid
unset label
unset arrow
set lmargin at screen 0.02
set rmargin at screen 0.98
set tmargin at screen 0.08
set bmargin at screen 0.02
set xrange [0:1]
set yrange [0:1]
set key at screen 0.5,0.055 center top horizontal maxrows 2 samplen 1.5 spacing 1.3 width 3 Left reverse
plot for [d = 1:3] for [i = 1:2] NaN with points linecolor rgb colour[d] linewidth 1.3 pointtype mark[d] + (i == 1) \
    pointsize 0.6 title sprintf('δ = %g, player %d', delta[d], i)
unset multiplot
