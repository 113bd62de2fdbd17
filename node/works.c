/* SPDX-License-Identifier: MIT */
/* Hides libuv's pool of threads: what they touch is a piece of work and nothing else.
 */
#include "node/works.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/check.h"
#include "node/files.h"

struct request {
    uv_work_t uv;
    struct works *owner;
    struct work *work; /* NULL: none */
};

struct works {
    uv_loop_t *loop;
    works_done *done;
    void *context;
    bool ending;
    unsigned n_out;
    struct request request[WORKS_MAX];
};

enum status works_open(struct works **out, uv_loop_t *loop, works_done *done,
                       void *context, char message[256])
{
    struct works *w = calloc(1, sizeof *w);
    if (w == NULL)
        return message_set(message, STATUS_FAILED, "no memory for work");
    w->loop = loop;
    w->done = done;
    w->context = context;
    *out = w;
    return STATUS_OK;
}

static void in_the_pool(uv_work_t *uv)
{
    work_do(((struct request *)uv->data)->work);
}

static void in_the_loop(uv_work_t *uv, int status)
{
    struct request *r = uv->data;
    struct works *w = r->owner;
    struct work *work = r->work;
    r->work = NULL;
    w->n_out--;
    if (status == 0 && !w->ending)
        w->done(w->context, work);
}

void works_begin(struct works *w, struct work *work)
{
    struct request *r = &w->request[work_number(work)];
    CHECK(r->work == NULL && !w->ending);
    r->work = work;
    r->uv.data = r;
    r->owner = w;
    w->n_out++;
    CHECK(uv_queue_work(w->loop, &r->uv, in_the_pool, in_the_loop) == 0);
}

void works_end(struct works *w)
{
    w->ending = true;
    for (unsigned i = 0; i < WORKS_MAX; i++)
        if (w->request[i].work != NULL)
            (void)uv_cancel((uv_req_t *)&w->request[i].uv);
    while (w->n_out > 0)
        uv_run(w->loop, UV_RUN_ONCE);
}

void works_free(struct works *w)
{
    free(w);
}
