/* SPDX-License-Identifier: MIT */
/* Hides CLP, the linear programming solver of the COIN-OR project, behind its C
 * interface. */
#include "analysis/linear.h"

#include <coin/Clp_C_Interface.h>
#include <math.h>
#include <stdlib.h>

#include "base/check.h"

/* CLP scales rows: what rounding left of a 0 must not be taken for a coefficient. */
#define SMALLEST 1e-13

struct linear {
    uint32_t n_columns, n_rows, n_terms;
    uint32_t rows_capacity, terms_capacity;
    double *goal, *lowest;    /* per column */
    double *least, *greatest; /* per row */
    int *start;               /* per row, and the end */
    int *column;              /* per term */
    double *coefficient;
    bool short_of_memory;
};

struct linear *linear_new(uint32_t n_columns)
{
    struct linear *l = calloc(1, sizeof *l);
    if (l == NULL)
        return NULL;
    l->n_columns = n_columns;
    l->goal = calloc(n_columns, sizeof *l->goal);
    l->lowest = calloc(n_columns, sizeof *l->lowest);
    l->start = calloc(1, sizeof *l->start);
    if (l->goal == NULL || l->lowest == NULL || l->start == NULL) {
        linear_free(l);
        return NULL;
    }
    return l;
}

void linear_free(struct linear *l)
{
    if (l == NULL)
        return;
    free(l->goal);
    free(l->lowest);
    free(l->least);
    free(l->greatest);
    free(l->start);
    free(l->column);
    free(l->coefficient);
    free(l);
}

void linear_unbounded(struct linear *l, uint32_t column)
{
    l->lowest[column] = -LINEAR_FREE;
}

void linear_goal(struct linear *l, uint32_t column, double coefficient)
{
    l->goal[column] = coefficient;
}

/* False when memory is short; *array is then as it was. */
static bool grow(void **array, uint32_t capacity, size_t size)
{
    void *grown = realloc(*array, capacity * size);
    if (grown != NULL)
        *array = grown;
    return grown != NULL;
}

void linear_term(struct linear *l, uint32_t column, double coefficient)
{
    CHECK(column < l->n_columns && isfinite(coefficient));
    if (fabs(coefficient) < SMALLEST || l->short_of_memory)
        return;
    if (l->n_terms == l->terms_capacity) {
        const uint32_t capacity = l->terms_capacity == 0 ? 256 : 2 * l->terms_capacity;
        l->short_of_memory =
            capacity > INT32_MAX / 2 ||
            !grow((void **)&l->column, capacity, sizeof *l->column) ||
            !grow((void **)&l->coefficient, capacity, sizeof *l->coefficient);
        if (l->short_of_memory)
            return;
        l->terms_capacity = capacity;
    }
    l->column[l->n_terms] = (int)column;
    l->coefficient[l->n_terms++] = coefficient;
}

void linear_row(struct linear *l, double least, double greatest)
{
    if (l->n_rows == l->rows_capacity && !l->short_of_memory) {
        const uint32_t capacity = l->rows_capacity == 0 ? 64 : 2 * l->rows_capacity;
        l->short_of_memory =
            !grow((void **)&l->least, capacity, sizeof *l->least) ||
            !grow((void **)&l->greatest, capacity, sizeof *l->greatest) ||
            !grow((void **)&l->start, capacity + 1, sizeof *l->start);
        l->rows_capacity = capacity;
    }
    if (l->short_of_memory)
        return;
    l->least[l->n_rows] = least;
    l->greatest[l->n_rows++] = greatest;
    l->start[l->n_rows] = (int)l->n_terms;
}

void linear_bound(struct linear *l, uint32_t row, double least, double greatest)
{
    CHECK(l->short_of_memory || row < l->n_rows);
    if (l->short_of_memory)
        return;
    l->least[row] = least;
    l->greatest[row] = greatest;
}

static enum linear_outcome solve(struct linear *l, double *solution, bool dual)
{
    Clp_Simplex *model = l->short_of_memory ? NULL : Clp_newModel();
    if (model == NULL)
        return LINEAR_FAILED;
    Clp_setLogLevel(model, 0);
    Clp_resize(model, 0, (int)l->n_columns);
    Clp_chgColumnLower(model, l->lowest);
    Clp_chgObjCoefficients(model, l->goal);
    Clp_setOptimizationDirection(model, -1);
    Clp_setPrimalTolerance(model, 1e-9);
    Clp_setDualTolerance(model, 1e-9);
    Clp_addRows(model, (int)l->n_rows, l->least, l->greatest, l->start, l->column,
                l->coefficient);
    if (dual)
        (void)Clp_dual(model, 0);
    if (!dual ||
        Clp_status(model) > 1) /* neither solved nor shown to have no solution */
        (void)Clp_primal(model, 0);
    else if (Clp_status(model) == 0) /* what is right when scaled may be off as it is */
        (void)Clp_primal(model, 1);
    const int status = Clp_status(model);
    const double *found = Clp_primalColumnSolution(model);
    for (uint32_t k = 0; status == 0 && solution != NULL && k < l->n_columns; k++)
        solution[k] = found[k];
    Clp_deleteModel(model);
    return status == 0   ? LINEAR_OPTIMAL
           : status == 1 ? LINEAR_INFEASIBLE
                         : LINEAR_FAILED;
}

enum linear_outcome linear_solve(struct linear *l, double *solution)
{
    return solve(l, solution, true);
}

enum linear_outcome linear_solve_otherwise(struct linear *l, double *solution)
{
    return solve(l, solution, false);
}
