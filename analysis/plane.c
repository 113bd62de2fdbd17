/* SPDX-License-Identifier: MIT */
/* Hides coordinates, ticks and the shapes of marks. */
#include "analysis/plane.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEFT = 74, TOP = 66, SIDE = 450, WIDTH = 760, HEIGHT = 580, KEY = 548 };

static const char reachable[] = "#edf0f3", rational[] = "#c9d6e3", held[] = "#4d7ea8",
                  ink[] = "#22282e", pale[] = "#7b8794", alarm[] = "#b3261e";

struct drawing {
    char *text;
    size_t size, capacity;
    bool short_of_memory;
    double least[2], scale[2];
};

__attribute__((format(printf, 2, 3))) static void put(struct drawing *d,
                                                      const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n >= 0 && d->size + (size_t)n + 1 > d->capacity && !d->short_of_memory) {
        const size_t capacity = 2 * d->capacity + (size_t)n + 4096;
        char *grown = realloc(d->text, capacity);
        d->short_of_memory = grown == NULL;
        if (grown != NULL) {
            d->text = grown;
            d->capacity = capacity;
        }
    }
    if (n >= 0 && !d->short_of_memory)
        d->size +=
            (size_t)vsnprintf(d->text + d->size, d->capacity - d->size, format, again);
    va_end(again);
}

/* Text from a game, as XML has it; a long one is cut between two characters. */
static void put_words(struct drawing *d, const char *text, size_t columns)
{
    for (const char *s = text; *s != '\0'; s++) {
        const bool starts = ((unsigned char)*s & 0xc0) != 0x80;
        if (starts && columns-- == 0) {
            put(d, "…");
            return;
        }
        if (*s == '&')
            put(d, "&amp;");
        else if (*s == '<')
            put(d, "&lt;");
        else
            put(d, "%c", *s);
    }
}

/* ---- coordinates ---- */

static double across(const struct drawing *d, double v)
{
    return LEFT + (v - d->least[0]) * d->scale[0];
}

static double upwards(const struct drawing *d, double v)
{
    return TOP + SIDE - (v - d->least[1]) * d->scale[1];
}

static void stretch(double *least, double *greatest, const struct polygon *p, int axis)
{
    for (uint32_t k = 0; k < p->n; k++) {
        *least = fmin(*least, p->corner[k].at[axis]);
        *greatest = fmax(*greatest, p->corner[k].at[axis]);
    }
}

/* All payoffs with some air around; or, where what is individually rational would be
 * small in that, only this and the marks. Returns whether something is cut off. */
static bool frame(struct drawing *d, const struct plane *p, const struct polygon *hull,
                  const struct polygon *above)
{
    double least[2], greatest[2], near[2], far[2];
    bool small = above->n > 0;
    for (int axis = 0; axis < 2; axis++) {
        least[axis] = near[axis] = HUGE_VAL;
        greatest[axis] = far[axis] = -HUGE_VAL;
        stretch(&least[axis], &greatest[axis], hull, axis);
        stretch(&near[axis], &far[axis], above, axis);
        for (uint32_t k = 0; k < p->n_marks; k++) {
            near[axis] = fmin(near[axis], p->mark[k].spot.at[axis]);
            far[axis] = fmax(far[axis], p->mark[k].spot.at[axis]);
        }
        small = small && far[axis] - near[axis] < 0.35 * (greatest[axis] - least[axis]);
    }
    for (int axis = 0; axis < 2; axis++) {
        const double from = small ? near[axis] : least[axis];
        double range = (small ? far[axis] : greatest[axis]) - from;
        range = range > 0 ? range : fmax(fabs(from), 1);
        d->least[axis] = from - 0.07 * range;
        d->scale[axis] = SIDE / (1.14 * range);
    }
    return small;
}

/* 1, 2 or 5 times a power of ten: about six of them along an axis. */
static double tick_step(double span)
{
    const double rough = span / 6, power = pow(10, floor(log10(rough)));
    return power * (rough / power > 5   ? 10
                    : rough / power > 2 ? 5
                    : rough / power > 1 ? 2
                                        : 1);
}

static void put_axis(struct drawing *d, int axis)
{
    const double span = SIDE / d->scale[axis], step = tick_step(span);
    const double first = ceil(d->least[axis] / step);
    for (int k = 0; k < 20; k++) {
        double v = (first + k) * step;
        if (v > d->least[axis] + span)
            break;
        v = fabs(v) < step / 1e6 ? 0 : v;
        if (axis == 0)
            put(d,
                "<path d='M%.1f %d v5' stroke='%s'/><text x='%.1f' y='%d' "
                "text-anchor='middle'>%.6g</text>\n",
                across(d, v), TOP + SIDE, ink, across(d, v), TOP + SIDE + 19, v);
        else
            put(d,
                "<path d='M%d %.1f h-5' stroke='%s'/><text x='%d' y='%.1f' "
                "text-anchor='end'>%.6g</text>\n",
                LEFT, upwards(d, v), ink, LEFT - 9, upwards(d, v) + 4, v);
    }
}

/* ---- shapes ---- */

/* A point or a segment is drawn as thick as can be seen. */
static void put_polygon(struct drawing *d, const struct polygon *p, const char *fill,
                        const char *stroke, double width)
{
    if (p->n == 0)
        return;
    put(d, "<path d='");
    for (uint32_t k = 0; k < p->n; k++)
        put(d, "%s%.2f %.2f", k == 0 ? "M" : "L", across(d, p->corner[k].at[0]),
            upwards(d, p->corner[k].at[1]));
    put(d, "Z' fill='%s' stroke='%s' stroke-width='%.1f' stroke-linejoin='round'/>\n",
        fill, p->n < 3 ? fill : stroke, p->n < 3 ? 5 : width);
}

static void put_region(struct drawing *d, const struct region *r)
{
    for (uint32_t k = 0; k < r->n_polygons; k++)
        put_polygon(d, &r->polygon[k], held, held, 0.8);
    const double size = r->n_spots > 1500 ? 3.4 : 4.4;
    if (r->n_spots > 0)
        put(d, "<path fill='%s' d='", held);
    for (uint32_t k = 0; k < r->n_spots; k++)
        put(d, "M%.1f %.1fh%.1fv%.1fh-%.1fz", across(d, r->spot[k].at[0]) - size / 2,
            upwards(d, r->spot[k].at[1]) - size / 2, size, size, size);
    if (r->n_spots > 0)
        put(d, "'/>\n");
}

static void put_star(struct drawing *d, double x, double y)
{
    put(d, "<path d='");
    for (int k = 0; k < 10; k++) {
        const double angle = 0.314159265358979 * (2 * k - 5);
        const double radius = k % 2 == 0 ? 10 : 4.2;
        put(d, "%s%.2f %.2f", k == 0 ? "M" : "L", x + radius * cos(angle),
            y + radius * sin(angle));
    }
    put(d, "Z' fill='#f2b705' stroke='%s' stroke-width='1.2'/>\n", ink);
}

static void put_mark(struct drawing *d, enum mark kind, double x, double y)
{
    switch (kind) {
    case MARK_PURE:
        put(d,
            "<circle cx='%.2f' cy='%.2f' r='5.5' fill='%s' stroke='white' "
            "stroke-width='1.2'/>\n",
            x, y, alarm);
        return;
    case MARK_MIXED:
        put(d,
            "<circle cx='%.2f' cy='%.2f' r='5' fill='white' stroke='%s' "
            "stroke-width='2'/>\n",
            x, y, alarm);
        return;
    case MARK_THREAT:
        for (int k = 0; k < 2; k++)
            put(d,
                "<path d='M%.2f %.2fl20 20m0 -20l-20 20' stroke='%s' "
                "stroke-width='%d'/>\n",
                x - 10, y - 10, k == 0 ? "white" : "#000000", k == 0 ? 5 : 2);
        return;
    case MARK_AGREEMENT:
        put_star(d, x, y);
        return;
    }
}

/* ---- the legend ---- */

static double put_key_text(struct drawing *d, double y, const char *text)
{
    put(d, "<text x='%d' y='%.0f'>", KEY + 30, y + 4);
    put_words(d, text, 30);
    put(d, "</text>\n");
    return y + 24;
}

static double put_key_area(struct drawing *d, double y, const char *fill,
                           const char *text)
{
    put(d,
        "<rect x='%d' y='%.0f' width='20' height='14' fill='%s' stroke='%s' "
        "stroke-width='0.8'/>\n",
        KEY, y - 7, fill, pale);
    return put_key_text(d, y, text);
}

static double put_key_mark(struct drawing *d, double y, const struct plane *p,
                           enum mark kind, const char *text)
{
    bool any = false;
    for (uint32_t k = 0; k < p->n_marks; k++)
        any = any || p->mark[k].kind == kind;
    if (!any)
        return y;
    put_mark(d, kind, KEY + 10, y);
    return put_key_text(d, y, text);
}

/* How well the region is known. */
static double put_key_error(struct drawing *d, double y, const struct region *r)
{
    char text[64];
    if (r->exact)
        return put_key_text(d, y - 6, "(exact)");
    const bool sample = r->distance[0] < 0;
    (void)snprintf(text, sizeof text, sample ? "(of %u at random:" : "(of %u, at most",
                   r->n_asked);
    y = put_key_text(d, y - 6, text) - 6;
    if (sample)
        return put_key_text(d, y, "more may be held)");
    (void)snprintf(text, sizeof text, "%.3g and %.3g apart)", 2 * r->distance[0],
                   2 * r->distance[1]);
    return put_key_text(d, y, text);
}

static void put_key(struct drawing *d, const struct plane *p, bool cut)
{
    double y = TOP + 10;
    y = put_key_area(d, y, reachable, "possible on average");
    y = put_key_area(d, y, rational, "individually rational");
    y = put_key_area(d, y, held,
                     p->region->any ? "sustained by grim trigger"
                                    : "sustained: nothing");
    y = put_key_error(d, y, p->region);
    y = put_key_mark(d, y, p, MARK_PURE, "static equilibrium, pure");
    y = put_key_mark(d, y, p, MARK_MIXED, "static equilibrium, mixed");
    y = put_key_mark(d, y, p, MARK_THREAT, "what punishes pays");
    y = put_key_mark(d, y, p, MARK_AGREEMENT, "the agreement");
    put(d, "<path d='M%d %.0f h20' stroke='%s' stroke-dasharray='5 3'/>\n", KEY, y,
        ink);
    y = put_key_text(d, y, "what one can be held to");
    if (cut)
        (void)put_key_text(d, y, "(lower payoffs are cut off)");
}

/* ---- all together ---- */

static void put_head(struct drawing *d, const struct plane *p)
{
    const struct game *g = p->repeated->game;
    put(d,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' "
        "height='%d' font-family='Helvetica, Arial, sans-serif' font-size='12.5' "
        "fill='%s'>\n<rect width='%d' height='%d' fill='white'/>\n"
        "<text x='%d' y='28' font-size='17' font-weight='bold'>",
        WIDTH, HEIGHT, WIDTH, HEIGHT, ink, WIDTH, HEIGHT, LEFT);
    put_words(d, g->title, 70);
    put(d, "</text>\n<text x='%d' y='50'>", LEFT);
    put(d, "%s, discount factor %.6g, punished for ever by ", p->concept,
        p->repeated->discount);
    put_words(d, p->threat, 50);
    put(d, "</text>\n");
}

static void put_labels(struct drawing *d, const struct plane *p)
{
    const struct repeated *r = p->repeated;
    put(d,
        "<rect x='%d' y='%d' width='%d' height='%d' fill='none' stroke='%s'/>\n"
        "<text x='%d' y='%d' text-anchor='middle' font-size='14'>payoff of ",
        LEFT, TOP, SIDE, SIDE, ink, LEFT + SIDE / 2, TOP + SIDE + 46);
    put_words(d, r->game->player_name[r->shown[0]], 40);
    put(d,
        "</text>\n<text transform='translate(20 %d) rotate(-90)' "
        "text-anchor='middle' font-size='14'>payoff of ",
        TOP + SIDE / 2);
    put_words(d, r->game->player_name[r->shown[1]], 40);
    put(d, "</text>\n");
}

static void put_plane(struct drawing *d, const struct plane *p,
                      const struct polygon *hull, const struct polygon *above)
{
    put(d,
        "<clipPath id='plane'><rect x='%d' y='%d' width='%d' height='%d'/></clipPath>\n"
        "<g clip-path='url(#plane)'>\n",
        LEFT, TOP, SIDE, SIDE);
    put_polygon(d, hull, reachable, pale, 1);
    put_polygon(d, above, rational, "none", 0);
    put_region(d, p->region);
    put(d,
        "</g>\n<path d='M%.2f %d v%d M%d %.2f h%d' stroke='%s' stroke-dasharray='5 3' "
        "fill='none'/>\n",
        across(d, p->secured[0]), TOP, SIDE, LEFT, upwards(d, p->secured[1]), SIDE,
        ink);
}

char *plane_draw(const struct plane *p)
{
    struct drawing d = {0};
    struct polygon hull = {0, NULL}, above = {0, NULL};
    if (!repeated_hull(&hull, p->repeated) || !polygon_above(&above, &hull, p->secured))
        d.short_of_memory = true;
    const bool cut = frame(&d, p, &hull, &above);
    put_head(&d, p);
    put_plane(&d, p, &hull, &above);
    put_axis(&d, 0);
    put_axis(&d, 1);
    put_labels(&d, p);
    for (uint32_t k = 0; k < p->n_marks; k++)
        put_mark(&d, p->mark[k].kind, across(&d, p->mark[k].spot.at[0]),
                 upwards(&d, p->mark[k].spot.at[1]));
    put_key(&d, p, cut);
    put(&d, "</svg>\n");
    polygon_free(&hull);
    polygon_free(&above);
    if (d.short_of_memory) {
        free(d.text);
        return NULL;
    }
    return d.text;
}
