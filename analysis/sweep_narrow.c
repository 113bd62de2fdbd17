/* SPDX-License-Identifier: MIT */
/* The innermost loop of a sweep for payoffs of 32 bits: sums of payoff differences fit
 * into them in most games. */
#define ELEMENT int32_t
#include "analysis/sweep_kernel.h"

void block_masks_narrow(void *masks)
{
    masks_fill(masks);
}

void block_sweep_narrow(const struct block *b)
{
    block_sweep_best(b);
}
