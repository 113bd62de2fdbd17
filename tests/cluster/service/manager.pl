#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# A service manager for tests: starts a program with a socket for what it has to say,
# prints each datagram as it comes, and ends as the program does. A SIGTERM is handed on.
#     manager.pl SOCKET COMMAND...        SOCKET: a path, or @NAME
use strict;
use warnings;
use IO::Socket::UNIX;
use POSIX ':sys_wait_h';
use Socket;

my $name = shift;
(my $local = $name) =~ s/^@/\0/;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $local) or die "$name: $!";
my $pid = fork() // die "fork: $!";
if ($pid == 0) {
    @ENV{qw(NOTIFY_SOCKET WATCHDOG_PID)} = ($name, $$);
    exec @ARGV or die "$ARGV[0]: $!";
}
$SIG{TERM} = sub { kill 'TERM', $pid };
$| = 1;
my $ended = 0;
for (;;) {
    my ($waiting, $datagram) = ('', '');
    vec($waiting, fileno $socket, 1) = 1;
    if (select($waiting, undef, undef, 0.05) > 0) {
        print "$datagram\n" if defined recv($socket, $datagram, 4096, 0);
        next;
    }
    last if $ended;    # and nothing of what it said is left
    $ended = waitpid($pid, WNOHANG) == $pid;
}
exit($? & 127 ? 128 : $? >> 8);
