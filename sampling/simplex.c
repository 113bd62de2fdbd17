/* SPDX-License-Identifier: MIT */
/* SOO on a simplex: hides what the cells of the tree are. A cell keeps which corner of
 * its parent it lost and which middle it got for it; its corners are looked up when
 * needed. */
#include "sampling/simplex.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sampling/tree.h"

/* Cells meet in edges, so many are split at a middle that is known already. */
enum { DEPTH_MAX = 1 << 14, EXPANSIONS_PER_POINT = 16 };
#define NOBODY UINT32_MAX

/* What a cell has of its own. */
struct piece {
    uint32_t lost;    /* a corner of its parent */
    uint32_t gained;  /* the middle of the edge on which its parent was split */
    double rest_best; /* the best value of its other corners */
    uint32_t next;    /* another cell that waits for the value of the same middle */
};

struct point {
    double value;
    uint32_t end[2];  /* the ends of which it is the middle */
    uint32_t waiting; /* a cell that waits for its value, or NOBODY */
    uint16_t level; /* 0: a corner of the whole simplex; else above those of its ends */
    bool known;
};

struct simplex {
    uint16_t n_corners;
    uint16_t first;
    uint16_t n_opened; /* corners of the whole simplex that are evaluated */
    uint32_t asked;
    uint32_t n_told_corners;
    uint32_t n_points, points_max;
    struct point *points;
    double *shares;  /* n_corners for each point */
    size_t n_slots;  /* a power of two, at least twice points_max */
    uint32_t *slots; /* middles by their ends, or NOBODY */
    uint32_t *mark;  /* by point: the cell, plus one, that was last found to lack it */
    struct tree tree;
    struct piece *pieces; /* by cell */
};

/* ---- cells ---- */

static const double *share_of(const struct simplex *s, uint32_t point)
{
    return s->shares + (size_t)point * s->n_corners;
}

/* A corner that was lost on the way down is lost for good, so from the bottom up: what
 * was gained and not lost below is a corner, and so is what was one from the start. */
static uint16_t corners_of(const struct simplex *s, uint32_t *corner, uint32_t cell)
{
    uint16_t n = 0;
    const uint32_t look = cell + 1;
    for (; s->tree.cells[cell].depth > 0; cell = s->tree.cells[cell].parent) {
        const struct piece *p = &s->pieces[cell];
        s->mark[p->lost] = look;
        if (s->mark[p->gained] != look)
            corner[n++] = p->gained;
    }
    for (uint16_t c = 0; c < s->n_corners; c++)
        if (s->mark[c] != look)
            corner[n++] = c;
    CHECK(n == s->n_corners);
    return n;
}

/* Corners that were never evaluated come after all others. */
static double worth(const struct simplex *s, uint32_t point)
{
    return s->points[point].known ? s->points[point].value : -INFINITY;
}

static bool better(const struct simplex *s, uint32_t a, uint32_t b)
{
    if (worth(s, a) != worth(s, b))
        return worth(s, a) > worth(s, b);
    return a < b;
}

static bool sooner(const struct simplex *s, uint32_t a, uint32_t b, bool by_level)
{
    if (by_level && s->points[a].level != s->points[b].level)
        return s->points[a].level < s->points[b].level;
    return better(s, a, b);
}

struct edge {
    uint32_t end[2];
};

/* The edge to split. At every second depth it joins the two corners of the lowest
 * levels, so that no edge stays whole for ever; of several such, and at the other
 * depths, the two best, so that what is good is mixed first, and more and more finely.
 */
static struct edge edge_of(const struct simplex *s, uint32_t cell)
{
    const bool by_level = s->tree.cells[cell].depth % 2 == 0;
    uint32_t corner[SIMPLEX_CORNERS_MAX];
    const uint16_t n = corners_of(s, corner, cell);
    struct edge e = {{corner[0], corner[1]}};
    if (sooner(s, corner[1], corner[0], by_level))
        e = (struct edge){{corner[1], corner[0]}};
    for (uint16_t k = 2; k < n; k++) {
        if (sooner(s, corner[k], e.end[0], by_level))
            e = (struct edge){{corner[k], e.end[0]}};
        else if (sooner(s, corner[k], e.end[1], by_level))
            e.end[1] = corner[k];
    }
    return e;
}

/* ---- splitting ---- */

static double best_but(const struct simplex *s, uint32_t cell, uint32_t but)
{
    uint32_t corner[SIMPLEX_CORNERS_MAX];
    const uint16_t n = corners_of(s, corner, cell);
    double best = -INFINITY;
    for (uint16_t k = 0; k < n; k++)
        if (corner[k] != but)
            best = fmax(best, worth(s, corner[k]));
    return best;
}

/* The slot that holds the middle of the edge, or the empty one where it belongs. */
static size_t find_slot(const struct simplex *s, const struct edge *e)
{
    const uint64_t key = (uint64_t)e->end[0] << 32 | e->end[1];
    size_t slot = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    for (slot &= s->n_slots - 1;; slot = (slot + 1) & (s->n_slots - 1)) {
        const uint32_t at = s->slots[slot];
        if (at == NOBODY ||
            (s->points[at].end[0] == e->end[0] && s->points[at].end[1] == e->end[1]))
            return slot;
    }
}

static uint32_t middle_of(struct simplex *s, struct edge e)
{
    if (e.end[0] > e.end[1])
        e = (struct edge){{e.end[1], e.end[0]}};
    const size_t slot = find_slot(s, &e);
    if (s->slots[slot] != NOBODY)
        return s->slots[slot];
    CHECK(s->n_points < s->points_max);
    const uint32_t middle = s->n_points++;
    const struct point *one = &s->points[e.end[0]], *two = &s->points[e.end[1]];
    const double *a = share_of(s, e.end[0]), *b = share_of(s, e.end[1]);
    double *out = s->shares + (size_t)middle * s->n_corners;
    for (uint16_t c = 0; c < s->n_corners; c++)
        out[c] = (a[c] + b[c]) / 2;
    s->points[middle] = (struct point){
        .end = {e.end[0], e.end[1]},
        .waiting = NOBODY,
        .level = (uint16_t)(1 + (one->level > two->level ? one->level : two->level))};
    s->slots[slot] = middle;
    return middle;
}

static void tell_cell(struct simplex *s, uint32_t cell)
{
    const struct piece *p = &s->pieces[cell];
    tree_tell(&s->tree, cell, fmax(s->points[p->gained].value, p->rest_best));
}

static void expand(struct simplex *s, uint32_t cell)
{
    const struct edge e = edge_of(s, cell);
    const uint32_t middle = middle_of(s, e);
    struct point *m = &s->points[middle];
    for (int k = 0; k < 2; k++) {
        const double rest_best = best_but(s, cell, e.end[k]);
        const uint32_t child = tree_add(&s->tree, cell);
        s->pieces[child] = (struct piece){e.end[k], middle, rest_best, m->waiting};
        if (m->known)
            tell_cell(s, child);
        else
            m->waiting = child;
    }
}

static void advance(struct simplex *s)
{
    uint32_t leaf;
    while (s->n_points < s->points_max && (leaf = tree_next(&s->tree)) != TREE_NONE)
        expand(s, leaf);
}

/* ---- ask and tell ---- */

struct simplex *simplex_new(uint16_t n_corners, uint32_t evaluations, uint16_t opened,
                            uint16_t first)
{
    CHECK(n_corners >= 2 && n_corners <= SIMPLEX_CORNERS_MAX);
    CHECK(evaluations >= opened && evaluations <= SIMPLEX_EVALUATIONS_MAX);
    CHECK(opened >= 1 && opened <= n_corners);
    struct simplex *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->n_corners = n_corners;
    s->first = (uint16_t)(first % n_corners);
    s->n_opened = opened;
    s->n_points = n_corners;
    s->points_max = n_corners + evaluations - opened;
    s->n_slots = 2;
    while (s->n_slots < 2 * (size_t)s->points_max)
        s->n_slots *= 2;
    const uint32_t expansions = EXPANSIONS_PER_POINT * (evaluations - opened);
    s->points = calloc(s->points_max, sizeof *s->points);
    s->shares = calloc((size_t)s->points_max * n_corners, sizeof *s->shares);
    s->slots = calloc(s->n_slots, sizeof *s->slots);
    s->mark = calloc(s->points_max, sizeof *s->mark);
    s->pieces = calloc(1 + 2 * (size_t)expansions, sizeof *s->pieces);
    const bool started = tree_start(&s->tree, expansions, 2, DEPTH_MAX);
    if (!started || s->points == NULL || s->shares == NULL || s->slots == NULL ||
        s->mark == NULL || s->pieces == NULL) {
        simplex_free(s);
        return NULL;
    }
    for (size_t slot = 0; slot < s->n_slots; slot++)
        s->slots[slot] = NOBODY;
    for (uint16_t c = 0; c < n_corners; c++)
        s->shares[(size_t)c * n_corners + c] = 1;
    return s;
}

void simplex_free(struct simplex *s)
{
    if (s == NULL)
        return;
    free(s->points);
    free(s->shares);
    free(s->slots);
    free(s->mark);
    free(s->pieces);
    tree_free(&s->tree);
    free(s);
}

bool simplex_ask(struct simplex *s, double *share, uint32_t *id)
{
    if (s->asked < s->n_opened)
        *id = (s->first + s->asked) % s->n_corners;
    else if (s->asked - s->n_opened + s->n_corners < s->n_points)
        *id = s->asked - s->n_opened + s->n_corners;
    else
        return false;
    s->asked++;
    simplex_point(s, *id, share);
    return true;
}

void simplex_tell(struct simplex *s, uint32_t id, double value)
{
    CHECK(id < s->n_points && !s->points[id].known && !isnan(value));
    struct point *p = &s->points[id];
    p->value = value;
    p->known = true;
    if (id < s->n_corners) {
        if (++s->n_told_corners == s->n_opened)
            tree_tell(&s->tree, 0, best_but(s, 0, NOBODY));
    } else {
        for (uint32_t cell = p->waiting; cell != NOBODY; cell = s->pieces[cell].next)
            tell_cell(s, cell);
    }
    advance(s);
}

bool simplex_exhausted(const struct simplex *s)
{
    const bool all_asked = s->asked - s->n_opened + s->n_corners == s->n_points;
    return s->asked >= s->n_opened && all_asked &&
           (s->n_points == s->points_max ||
            s->tree.expansions == s->tree.expansions_max);
}

/* ---- for tests and pictures ---- */

uint32_t simplex_cells(const struct simplex *s)
{
    return s->tree.n_cells;
}

void simplex_cell(const struct simplex *s, uint32_t index, struct simplex_cell *out)
{
    CHECK(index < s->tree.n_cells);
    const struct tree_cell *c = &s->tree.cells[index];
    *out = (struct simplex_cell){
        .value = c->value, .depth = c->depth, .leaf = c->leaf, .known = c->known};
    out->n_corners = corners_of(s, out->corner, index);
}

void simplex_point(const struct simplex *s, uint32_t id, double *share)
{
    CHECK(id < s->n_points);
    memcpy(share, share_of(s, id), s->n_corners * sizeof *share);
}
