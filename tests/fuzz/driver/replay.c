/* SPDX-License-Identifier: MIT */
/* Shows a fuzz target its saved inputs: the main of a fuzz target wherever libFuzzer's
 * is not linked. Arguments are files and directories of files. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_SIZE_MAX = 1 << 20, PATH_SIZE_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* In a block of exactly its size, so that AddressSanitizer sees the first byte read
 * behind its end. */
static bool show(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    uint8_t *buffer = malloc(INPUT_SIZE_MAX);
    size_t size = buffer ? fread(buffer, 1, INPUT_SIZE_MAX, file) : 0;
    bool whole = buffer && !ferror(file);
    (void)fclose(file);
    uint8_t *input = malloc(size > 0 ? size : 1);
    whole = whole && input;
    if (whole) {
        memcpy(input, buffer, size);
        (void)LLVMFuzzerTestOneInput(input, size);
    }
    free(input);
    free(buffer);
    return whole;
}

static bool show_all(const char *directory, size_t *n_shown)
{
    DIR *entries = opendir(directory);
    if (!entries)
        return show(directory) && ++*n_shown > 0;
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(entries)) != NULL;) {
        char path[PATH_SIZE_MAX];
        if (entry->d_name[0] == '.')
            continue;
        int n = snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        good = n > 0 && n < PATH_SIZE_MAX && show_all(path, n_shown);
    }
    (void)closedir(entries);
    return good;
}

int main(int n_arguments, char **arguments)
{
    size_t n_shown = 0;
    for (int i = 1; i < n_arguments; i++) {
        if (!show_all(arguments[i], &n_shown)) {
            (void)fprintf(stderr, "%s: cannot be read\n", arguments[i]);
            return EXIT_FAILURE;
        }
    }
    (void)printf("%zu saved inputs\n", n_shown);
    return n_shown > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
