# SPDX-License-Identifier: MIT
# One Makefile. `make help` lists what it can do; docs/building.md says more.
#
#   V=1     shows every command
#   SAN=1   AddressSanitizer and UndefinedBehaviorSanitizer, in a directory of its own
#   CC=, CFLAGS=, LDFLAGS=, PREFIX=, DESTDIR=   as everywhere
#   WERROR= lets warnings pass, for compilers that know more of them than ours

VERSION = 0.2.0
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
CFLAGS ?= -O2 -g
ifeq ($(origin CC),default)
CC = cc
endif

# The pure core, from the bottom to the top, and what stands on it: the two shells, the
# room that answers questions about a game, the one that compares algorithms, and the
# command line.
CORE = base game sampling lottery protocol adversary
SHELLS = sim node analysis study cli
PKGS = libuv nanomsg libsodium jansson libcyaml gmp clp libmicrohttpd \
       $(if $(filter-out 0,$(CURL)),libcurl) $(if $(filter-out 0,$(NLOPT)),nlopt)

# Asking nodes over HTTP (treaty status, top, doctor) is all that libcurl is for: CURL=0
# builds without it.
CURL ?= 1
# The searches of others that `treaty study` compares ours with: NLOPT=0 does without.
NLOPT ?= 1

SEED ?=
WORLDS ?= $(if $(SEED),1,1000)
FUZZ_SECONDS ?= 60
KILLS ?= 200
HOURS ?= 1
STAGES ?= 1500

# --- How things are built -----------------------------------------------------------
# Every way of building has a directory of its own, so that objects never mix. MODE is
# set by the targets that need another one: san, fuzz, and lint's two compilers.

MODE ?= $(if $(filter-out 0,$(SAN)),san,plain)

ifeq ($(MODE),plain)
BUILD ?= build
# Fortified functions are optimised ones: glibc refuses them without -O.
HARDEN = -fPIE -fstack-protector-strong -U_FORTIFY_SOURCE \
         $(if $(filter-out -O0,$(filter -O%,$(CFLAGS))),-D_FORTIFY_SOURCE=2)
LINK = -pie -Wl,-z,relro,-z,now
endif
ifeq ($(MODE),san)
BUILD ?= build-san
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
HARDEN = -O1 -fPIE -fno-omit-frame-pointer $(SANITIZE)
LINK = -pie $(SANITIZE)
endif
ifeq ($(MODE),fuzz)
BUILD ?= build/fuzz
SANITIZE = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
HARDEN = -fno-omit-frame-pointer $(SANITIZE)
LINK = -fsanitize=fuzzer,address,undefined
endif
# The symbols of these objects are looked at: nothing the compiler adds, and constant
# tables where a reader of the source expects them.
ifneq ($(filter lint-%,$(MODE)),)
BUILD ?= build/lint/$(MODE:lint-%=%)
HARDEN = -fno-pie -fno-stack-protector -U_FORTIFY_SOURCE
endif

WERROR = -Werror
# Where a sanitizer puts code of its own between ours, gcc warns of things that the source
# does not deserve: there, warnings are not asked for.
ifndef SANITIZE
WARN = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum \
       -Wmissing-prototypes -Wvla $(WERROR)
endif
# Paths of the machine that built it are no part of what is built.
ALL_CFLAGS = -std=c17 -D_POSIX_C_SOURCE=200809L -DTREATY_VERSION='"$(VERSION)"' $(WARN) \
             $(if $(filter 0,$(CURL)),-DTREATY_WITHOUT_CURL) \
             $(if $(filter 0,$(NLOPT)),-DTREATY_WITHOUT_NLOPT) \
             $(CFLAGS) $(HARDEN) -ffile-prefix-map=$(CURDIR)=. -I. $(pkg_cflags)
ALL_LDFLAGS = $(CFLAGS) $(LINK) $(LDFLAGS)

# Asked for once, and only after `make deps` had a chance to install them.
pkg_cflags = $(eval pkg_cflags := $(shell pkg-config --cflags $(PKGS)))$(pkg_cflags)
pkg_libs = $(eval pkg_libs := $(shell pkg-config --libs $(PKGS)) -lm)$(pkg_libs)
check_libs = $(eval check_libs := $(shell pkg-config --libs check))$(check_libs)

core_src = $(wildcard $(CORE:%=%/*.c))
shell_src = $(filter-out cli/main.c,$(wildcard $(SHELLS:%=%/*.c)))
test_src = $(wildcard tests/unit/*.c tests/trace/*.c)
world_src = $(wildcard tests/sim/*.c)
seal_src = $(wildcard tests/sim/seals/*.c)
fuzz_src = $(wildcard tests/fuzz/*.c)
fate_src = tests/cluster/fate.c
bench_src = $(wildcard bench/*.c)
# What stands between the nodes of a cluster: a network, and its worst guests.
wire_src = $(wildcard tests/cluster/wire/*.c)
all_headers = $(wildcard $(CORE:%=%/*.h) $(SHELLS:%=%/*.h) tests/*/*.h tests/*/*/*.h \
              bench/*.h)
all_src = $(core_src) $(shell_src) $(wildcard cli/main.c) $(test_src) $(world_src) \
          $(fuzz_src) $(wildcard tests/fuzz/driver/*.c) $(seal_src) $(bench_src) \
          $(wildcard tests/cluster/*.c) $(wire_src)

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
programs = $(patsubst %.c,$(BUILD)/%,$(1))
core_lib = $(BUILD)/libtreaty.a
shell_lib = $(BUILD)/libshells.a
# cli/ may be missing in a checkout under construction: then there is no binary yet.
treaty = $(if $(wildcard cli/main.c),$(BUILD)/treaty)

Q = $(if $(V),,@)
say = $(if $(V)$(QUIET),,@printf '  %-8s %s\n' $(1) $(2))

# At most one job per core, unless told otherwise.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all man run test tests sim crash statistics lint lint-objects lint-tidy fuzz fuzzers soak network bench \
        selection-figures install format \
        clean deps deps-test deps-page deps-deb dist deb sbom \
        packaging-check compose-test systemd-test help force

all: $(treaty) $(core_lib) man

help:
	@echo 'make            builds $(BUILD)/treaty'
	@echo 'make run        four radios agree, play, catch a defector and punish it'
	@echo 'make test       everything that must hold, in about ten minutes'
	@echo 'make sim        simulated worlds: SEED=8112 repeats one, WORLDS=100000 FAST=1 many'
	@echo 'make crash      nodes are killed at writes and sends, and started again: KILLS=1000 SEED=7'
	@echo 'make lint       formatting, analysers, and who may know whom; RULES="includes tidy"'
	@echo 'make fuzz       each decoder against $(FUZZ_SECONDS) s of hostile bytes: FUZZ_SECONDS=3600'
	@echo 'make network    eight nodes in namespaces, with loss, delay and partitions'
	@echo 'make soak       clusters, faults and laws for HOURS=1; SEED= chooses the faults'
	@echo 'make statistics what is drawn in STAGES=1500 stages is what was agreed'
	@echo 'make bench      every figure of speed beside its bound, in about five minutes: ONLY="play incentive" CSV=rows.csv'
	@echo 'make selection-figures   what the rules of selection choose, and what lies are worth'
	@echo 'make install    PREFIX=$(PREFIX) DESTDIR='
	@echo 'make dist       the sources as one file; make deb makes Debian packages of it'
	@echo 'make sbom       what the program is made of, in CycloneDX'
	@echo 'make packaging-check   compose, Dockerfile, Kubernetes and sbom against schemas and linters'
	@echo 'make compose-test, make systemd-test   run docker-compose.yml, and the unit, without Docker'
	@echo 'make format     formats all C files in place, or those in FILES='
	@echo 'make deps       installs the Debian packages that building needs'
	@echo 'make clean      removes what was built'

# --- Objects, libraries, programs ---------------------------------------------------

# What everything was built with: another compiler or another flag rebuilds all.
$(BUILD)/flags: force | deps
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(CC) $(ALL_CFLAGS) / $(ALL_LDFLAGS) / $(CORE) $(SHELLS))' \
	    | cmp -s - $@ || printf '%s\n' \
	    '$(subst ','\'',$(CC) $(ALL_CFLAGS) / $(ALL_LDFLAGS) / $(CORE) $(SHELLS))' > $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,compile,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The page's files as bytes of the program, so that it serves them from wherever it is.
web_files = $(wildcard web/*.html web/*.css web/*.mjs web/*.svg)
$(BUILD)/web/assets.c: $(web_files) scripts/embed.sh Makefile
	@mkdir -p $(@D)
	$(call say,embed,$@)
	$(Q)scripts/embed.sh assets $(web_files) > $@
# The commands with which gnuplot draws the figures of studies, likewise.
plot_files = $(wildcard study/*.gp)
$(BUILD)/study/plots.c: $(plot_files) scripts/embed.sh Makefile
	@mkdir -p $(@D)
	$(call say,embed,$@)
	$(Q)scripts/embed.sh plots $(plot_files) > $@
embedded = $(BUILD)/web/assets.o $(BUILD)/study/plots.o
$(embedded): %.o: %.c $(BUILD)/flags
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(core_lib): $(call objects,$(core_src)) $(BUILD)/flags
$(shell_lib): $(call objects,$(shell_src)) $(embedded) $(BUILD)/flags
$(core_lib) $(shell_lib):
	$(Q)rm -f $@ && ar rcsD $@ $(filter %.o,$^)

$(BUILD)/treaty: $(BUILD)/cli/main.o $(shell_lib) $(core_lib)
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(pkg_libs)

# What the program says of itself, as pages for man(1).
man: $(if $(treaty),$(BUILD)/man/treaty.1)
$(BUILD)/man/treaty.1: $(treaty) scripts/manual.sh $(wildcard docs/man/*) CHANGELOG.md \
        protocol/player.h
	$(call say,manual,$(@D))
	$(Q)rm -rf $(@D) && scripts/manual.sh $(BUILD)/treaty $(VERSION) $(@D)

# A test or bench program is one file, with the core and the shells at hand.
$(BUILD)/tests/unit/% $(BUILD)/tests/trace/%: extra_libs = $(check_libs)
$(call objects,$(test_src)): | deps-test
define program
$(BUILD)/$(1)/%: $(BUILD)/$(1)/%.o $(shell_lib) $(core_lib)
	$$(call say,link,$$@)
	$$(Q)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(extra_libs) $$(pkg_libs)
endef
$(foreach d,tests/unit tests/trace tests/sim tests/cluster/wire bench,$(eval $(call program,$(d))))

# The same worlds with signatures and decks that cost next to nothing: signature.o, group.o,
# curve.o and weigher.o of the library are not asked for where their functions are there
# already.
sealed = $(call objects,$(seal_src)) $(shell_lib) $(core_lib)
$(BUILD)/tests/sim/%-sealed: $(BUILD)/tests/sim/%.o $(sealed)
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(pkg_libs)
# So has a fuzzer that plays the network: most of its time would go into signatures.
$(BUILD)/tests/fuzz/player-sealed: $(BUILD)/tests/fuzz/player.o $(sealed)
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(pkg_libs)

# A decoder's fuzz target: with libFuzzer in MODE=fuzz; anywhere else with a main of our
# own that shows it the saved inputs.
fuzz_main = $(if $(filter-out fuzz,$(MODE)),$(BUILD)/tests/fuzz/driver/replay.o)
$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(fuzz_main) $(shell_lib) $(core_lib)
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(pkg_libs)

# What befalls a process at its writes: loaded before anything else, so never sanitized.
fate = $(fate_src:%.c=$(BUILD)/%.so)
$(fate): $(BUILD)/%.so: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) -std=c17 -D_POSIX_C_SOURCE=200809L $(WARN) $(CFLAGS) -fPIC -shared -o $@ $< -ldl

-include $(patsubst %.o,%.d,$(call objects,$(all_src)))
-include $(patsubst %.h,$(BUILD)/%.alone.d,$(all_headers))

# --- What people ask for ------------------------------------------------------------

deps:
	@scripts/install.sh build
# One after the other: apt-get has a lock.
deps-test: | deps
	@scripts/install.sh test

run: $(treaty)
	@scripts/run.sh $(BUILD)/treaty

tests: $(treaty) $(call programs,$(test_src) $(world_src) $(fuzz_src) $(wire_src)) $(fate) \
       $(patsubst %.c,$(BUILD)/%-sealed,$(world_src)) \
       $(if $(filter plain,$(MODE)),$(call programs,$(bench_src)))

# Without a browser the page's test is skipped, and says so.
deps-page: | deps-test
	@scripts/install.sh page || true

test: deps-test deps-page
	+@MAKE='$(MAKE)' scripts/test.sh

worlds = $(BUILD)/tests/sim/worlds$(if $(FAST),-sealed)
sim: $(worlds)
	@$(if $(SEED),TREATY_SEED=$(SEED)) TREATY_WORLDS=$(WORLDS) $(worlds)

# In one process every death that there is, then some among real ones.
crash: $(treaty) $(fate) $(BUILD)/tests/sim/crashes-sealed
	@TREATY_CRASH_STRIDE=1 $(BUILD)/tests/sim/crashes-sealed
	@$(if $(SEED),TREATY_SEED=$(SEED)) TREATY_KILLS=$(KILLS) tests/cluster/crash.sh $(BUILD)/treaty

lint: deps-test
	+@MAKE='$(MAKE)' scripts/lint.sh $(RULES)
# Parts of it; what has not changed since is not looked at again. MODE=lint-gcc makes the
# objects whose symbols are looked at (what gcc has to say of the rest, the build said),
# MODE=lint-clang all.
lint_src = $(if $(filter lint-gcc,$(MODE)),$(core_src) $(wildcard sim/*.c analysis/*.c study/*.c),$(all_src))
lint-objects: $(call objects,$(lint_src)) $(patsubst %.h,$(BUILD)/%.alone,$(all_headers))
lint-tidy: $(patsubst %.c,$(BUILD)/%.tidy,$(all_src))
# A header asks for all that it needs itself.
$(BUILD)/%.alone: %.h $(BUILD)/flags | deps-test
	@mkdir -p $(@D)
	$(Q)printf '#include "%s"\ntypedef int nothing_else;\n' $< | \
	    $(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d -MT $@ -x c -fsyntax-only -
	$(Q)touch $@
# The analyzer, which takes most of the time, follows the paths of the rooms into which a
# peer's bytes come; those of the others and of tests are run under the sanitizers.
analyzed = $(addsuffix /%,$(CORE) node)
$(BUILD)/%.tidy: %.c $(BUILD)/%.o .clang-tidy
	$(Q)clang-tidy --quiet $(if $(filter-out $(analyzed),$<),--checks=-clang-analyzer-*) $< \
	    -- -std=c17 -D_POSIX_C_SOURCE=200809L \
	    -DTREATY_VERSION='"$(VERSION)"' -I. $(pkg_cflags) \
	    > $@.log 2>/dev/null || \
	    { sed -n 's|^$(CURDIR)/\(.*\): error:|\1:|p' $@.log; echo '($@.log)'; exit 1; }
	$(Q)touch $@

fuzzers: $(call programs,$(fuzz_src)) $(BUILD)/tests/fuzz/player-sealed
fuzz: deps-test
	$(Q)$(MAKE) MODE=fuzz CC=clang fuzzers
	@FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz.sh build/fuzz $(fuzz_src:tests/fuzz/%.c=%) player-sealed

network: $(treaty) $(call programs,$(wire_src))
	@TREATY_NETWORK=long TREATY_TEST_LIMIT=600 tests/cluster/network.sh $(treaty)

soak: $(treaty) $(call programs,$(wire_src))
	@scripts/soak.sh $(BUILD) $(HOURS) $(SEED)

# Longer sessions than `make test` plays; nothing is cut off.
statistics: $(BUILD)/tests/trace/draws
	@CK_FORK=no TREATY_STAGES=$(STAGES) $(BUILD)/tests/trace/draws

bench: $(treaty) $(call programs,$(bench_src) $(wire_src))
	@CSV='$(CSV)' bench/run.sh $(BUILD) $(ONLY)

# No speed: what the rules choose and what lies are worth (docs/selection.md).
selection-figures: $(BUILD)/bench/selection
	@$< 200

format: deps-test
	$(Q)clang-format -i $(or $(FILES),$(all_src) $(all_headers))

include_dir = $(DESTDIR)$(PREFIX)/include/treaty
share_dir = $(DESTDIR)$(PREFIX)/share
install: $(treaty) $(core_lib) man
	$(Q)install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR)/pkgconfig
	$(Q)$(if $(treaty),install -m 755 $(treaty) $(DESTDIR)$(PREFIX)/bin/treaty)
	$(Q)install -m 644 $(core_lib) $(DESTDIR)$(LIBDIR)/libtreaty.a
	$(Q)for room in $(CORE); do \
	    install -d $(include_dir)/$$room && \
	    install -m 644 $$room/*.h $(include_dir)/$$room || exit 1; done
	$(Q)sed -e 's|@prefix@|$(PREFIX)|' -e 's|@libdir@|$(LIBDIR)|' -e 's|@version@|$(VERSION)|' scripts/treaty.pc.in \
	    > $(DESTDIR)$(LIBDIR)/pkgconfig/treaty.pc
	$(Q)for section in 1 3 5; do \
	    install -d $(share_dir)/man/man$$section && \
	    install -m 644 $(BUILD)/man/*.$$section $(share_dir)/man/man$$section || exit 1; done
	$(Q)install -d $(share_dir)/bash-completion/completions \
	    $(share_dir)/zsh/site-functions $(share_dir)/fish/vendor_completions.d
	$(Q)install -m 644 completions/treaty.bash $(share_dir)/bash-completion/completions/treaty
	$(Q)install -m 644 completions/_treaty $(share_dir)/zsh/site-functions/_treaty
	$(Q)install -m 644 completions/treaty.fish \
	    $(share_dir)/fish/vendor_completions.d/treaty.fish

# --- What is handed on ---------------------------------------------------------------

dist:
	@packaging/dist.sh $(VERSION) build/dist

DEB ?= full
deps-deb: | deps
	@scripts/install.sh deb $(if $(filter full,$(DEB)),lintian)
deb: deps-deb
	@packaging/deb.sh $(VERSION) build/deb $(DEB)

sbom = build/treaty-$(VERSION).cdx.json
sbom: $(treaty)
	@packaging/sbom.sh $(treaty) $(VERSION) > $(sbom)
	@echo $(sbom)

# With the schemas and linters of others, which npm fetches.
packaging-check: sbom
	@packaging/check/run.sh build/check $(sbom)
compose-test:
	@tests/compose/run.sh
systemd-test:
	$(Q)$(MAKE) deb DEB=binary
	@tests/systemd/run.sh

clean:
	$(Q)rm -rf build build-san
