/* SPDX-License-Identifier: MIT */
/* The innermost loop of a sweep for payoffs of 64 bits. */
#define ELEMENT int64_t
#include "analysis/sweep_kernel.h"

void block_masks_broad(void *masks)
{
    masks_fill(masks);
}

void block_sweep_broad(const struct block *b)
{
    block_sweep_best(b);
}
