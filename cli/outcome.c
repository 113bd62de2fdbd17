/* SPDX-License-Identifier: MIT */
/* Hides whose log is believed. */
#include "cli/outcome.h"

uint64_t settings_misbehaving(const struct settings *s)
{
    uint64_t mask = 0;
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        if (s->misdeeds[i].n_misbehaviours > 0)
            mask |= player_bit(i);
    return mask;
}

bool outcome_report(FILE *out, struct report_input *in, const struct account *accounts,
                    uint64_t cut)
{
    struct measures measures;
    char found[256];
    const uint8_t n = in->settings->terms.shape.n_players;
    const uint64_t doubtful = settings_misbehaving(in->settings);
    const bool agree = accounts_agree(accounts, n, doubtful, cut, found);
    in->account = &accounts[accounts_fullest(accounts, n, doubtful)];
    in->disagreement = agree ? NULL : found;
    measures_take(&measures, in->settings->game, in->settings->private_options,
                  in->account);
    in->measures = &measures;
    if (in->settings->json)
        report_json(out, in);
    else
        report_text(out, in);
    measures_free(&measures);
    in->measures = NULL;
    in->disagreement = NULL;
    return agree;
}
