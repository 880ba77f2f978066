"""What the scripts that load a server share: its commands, and where it listens."""

import subprocess
import time


def commands(program, ledger, actor):
    """A function that runs a command of the program on the ledger, and returns what it prints."""

    def run(*arguments, text=None):
        command = [program, "--ledger", ledger, *arguments]
        environment = {"MINUTEBOOK_ACTOR": actor}
        done = subprocess.run(command, check=True, capture_output=True, text=True, input=text, env=environment)
        return done.stdout

    return run


def listening(log):
    """The port of the server that writes this log."""
    while True:
        time.sleep(0.05)
        log.seek(0)
        for line in log.read().splitlines():
            if line.startswith("listening on "):
                return int(line.split(":")[2].split("/")[0])
