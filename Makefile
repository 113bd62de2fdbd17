# make, make test, make run: see README.md
CFLAGS ?= -O2 -g
CC ?= cc
BUILD ?= build
WARN = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wmissing-prototypes -Wvla -Werror
PKGS = libuv nanomsg libsodium jansson libcyaml
CORE = base game sampling lottery protocol adversary
SHELLS = sim node cli
ALL_CFLAGS = -std=c17 -D_POSIX_C_SOURCE=200809L $(WARN) $(CFLAGS) -I. $(shell pkg-config --cflags $(PKGS)) -MMD -MP
core_src = $(foreach r,$(CORE),$(wildcard $(r)/*.c))
shell_src = $(filter-out cli/main.c,$(foreach r,$(SHELLS),$(wildcard $(r)/*.c)))
core_obj = $(core_src:%.c=$(BUILD)/%.o)
shell_obj = $(shell_src:%.c=$(BUILD)/%.o)
unit_bin = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*.c tests/trace/*.c))

all: $(BUILD)/treaty
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(BUILD)/treaty: $(BUILD)/cli/main.o $(shell_obj) $(core_obj)
	$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs $(PKGS)) -lm
# a unit test links the core and the shells
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(core_obj) $(shell_obj)
	$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs $(PKGS) check) -lm
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
