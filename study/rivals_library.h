/* SPDX-License-Identifier: MIT */
/* The searches of NLopt: the only user of the library. Built without it
 * (NLOPT=0), there are none. */
#ifndef TREATY_STUDY_RIVALS_LIBRARY_H
#define TREATY_STUDY_RIVALS_LIBRARY_H

#include "study/rivals.h"

enum library_search { LIBRARY_DIRECT, LIBRARY_CRS, LIBRARY_ISRES, LIBRARY_ESCH };

/* One player's search until duel_over. */
void library_search(struct duel *d, enum library_search search);

#endif
