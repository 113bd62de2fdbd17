#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Can the laws fail? Breaks the core in one place after the other, in a copy, and counts
# the worlds in which a law breaks, or which stop the program.
#     tests/sim/mutants.sh [WORLDS [SEED [NAME...]]]
# A mutant of which no world takes notice is told, and the exit code is 1.
set -euo pipefail
cd "$(dirname "$0")/../.."

export TREATY_WORLDS=${1:-2000} TREATY_SEED=${2:-1}
shift $(($# < 2 ? $# : 2))
wanted=("$@")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R Makefile base game sampling lottery protocol adversary sim node analysis study cli \
    scripts tests "$copy"
make=("${MAKE:-make}" -C "$copy" -s QUIET=1 BUILD=build)
unnoticed=0

# The worlds in which a law broke; where the program was stopped, all that is known is
# that some world noticed.
breaks() {
    local census
    census=$("$copy/build/tests/sim/worlds-sealed" 2>"$copy/speed") || true
    awk '/in which a law is broken/ { n = $1 } /cut off/ { n = "stopped" }
         END { print n }' <<<"$census"
}

# mutant NAME FILE FROM TO: what happens with TO in the place of FROM.
mutant() {
    local name=$1 file=$2 from=$3 to=$4 text
    [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $name "* ]] || return 0
    text=$(<"$copy/$file")
    [[ $text == *"$from"* ]] || { echo "$name: $file has no '$from'" && exit 2; }
    cp "$copy/$file" "$copy/kept"
    printf '%s\n' "${text//"$from"/"$to"}" >"$copy/$file"
    "${make[@]}" WERROR= build/tests/sim/worlds-sealed >"$copy/log" 2>&1 ||
        { cat "$copy/log" && exit 2; }
    local n
    n=$(breaks)
    printf '%8s of %d  %s\n' "$n" "$TREATY_WORLDS" "$name"
    [ "$n" != 0 ] || unnoticed=$((unnoticed + 1))
    cp "$copy/kept" "$copy/$file"
}

mutant unpunished protocol/play.c 'else if (deviators != 0 &&' 'else if (false &&'
mutant own-coin protocol/play.c 'b->action == *prescribed ? FAULT_NONE' \
    'true ? FAULT_NONE'
mutant any-opening-in-play protocol/play.c 'return FAULT_OPENING;' \
    'return b->action == *prescribed ? FAULT_NONE : FAULT_ACTION;'
mutant one-stage-less protocol/play.c 'p->served == p->agreement.length && more' \
    'p->served + (c->self == 0) == p->agreement.length && more'
mutant wrong-culprit protocol/play.c '.player = i,' \
    '.player = (uint8_t)((i + 1) % c->terms->shape.n_players),'
mutant own-draw protocol/play.c 'coin_draw(&c->session, p->flip,' \
    'coin_draw(&c->session, p->flip + (c->self == 0),'
mutant foul-draw protocol/play.c 'if (fair) {' 'if (true) {'
mutant stale-draw protocol/play.c 'if (p->by_lottery)
            p->coin_next[i] = b.coin_next;' ''
mutant drawn-or-not protocol/play.c 'r.prescribed[i] = pure_action(p, c, i);' \
    'r.prescribed[i] = b.action;'
mutant fresh-nonce protocol/play.c 'c->seed, &c->session, "nonce", p->stage' \
    'c->seed, &c->session, "nonce", (uintptr_t)c * 31 + p->stage'
mutant any-transcript protocol/round.c \
    'm->round == r->number && !digest_equal(&m->transcript, &r->transcript)' 'false'
mutant any-signature protocol/envelope.c \
    'return verifier_accepts(v, m->sender, &s, bytes, signed_size) ||' \
    'return roster != NULL ||'
mutant any-ticket protocol/negotiation.c 'return opens ? FAULT_NONE' \
    'return opens || b.n_gains == 0 ? FAULT_NONE'
mutant any-report protocol/negotiation.c 'return opens ? FAULT_NONE' \
    'return opens || b.n_gains > 0 ? FAULT_NONE'
mutant own-ticket-left-out protocol/negotiation.c '*ticket = b.ticket;' \
    '*ticket = i == c->self ? (struct ticket){{0}} : b.ticket;'
mutant no-floor sampling/selection.c 'if (gain[i] < as[i])' 'if (false && as != NULL)'
mutant own-tie protocol/negotiation.c 'pick(n, mix, 2)' 'pick(n, mix, c->self == 0)'
mutant own-marks protocol/negotiation.c 'candidates_mark(n->table, index,' \
    'if (i == c->self) candidates_mark(n->table, index,'
mutant own-answers protocol/negotiation.c 'refused[k] |= n->suits[k] == 0;' \
    'refused[k] |= n->suits[k] == 0 && i == c->self;'
mutant own-length protocol/negotiation.c 'if (b.length > n->agreement.length)' \
    'if (i == c->self)'
mutant marks-of-the-drawn protocol/negotiation.c 'b.mark[k] != MARK_EQUAL' 'false'
mutant asked-again protocol/negotiation.c 'if (index < asked)' 'if (index == UINT32_MAX)'
mutant own-copies protocol/negotiation.c 'candidates_join(n->table, index, player_bit(i));' \
    'candidates_join(n->table, index, player_bit(i == c->self ? i : 0));'
mutant impatient protocol/waiting.c 'strict_patience_ms(t) : t->hard_ms;' \
    'strict_patience_ms(t) : t->hard_ms / 100;'
mutant never-asks protocol/waiting.c 'if (p->now_ms >= p->waiting.ask_ms)' \
    'if (p->now_ms >= p->waiting.ask_ms && p->phase == PHASE_WAITING)'
mutant passes-nothing-on protocol/hearing.c 'if (bytes != NULL)' 'if (bytes == NULL)'
mutant hides-the-proof protocol/hearing.c \
    'mind_act(p, ACTION_SAY, 0, p->farewell, p->farewell_size);
    if (m->sender' 'if (m->sender'
[ $unnoticed -eq 0 ] || { echo "$unnoticed mutants go unnoticed" && exit 1; }
