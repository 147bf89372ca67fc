import { type ChildProcess, spawn } from 'node:child_process';

// Reads `add PID SIGNAL`, `drop PID`, `dir PATH`, `done` from its standard input. The launcher holds the other end: when
// the launcher dies for any reason, SIGKILL included, the input ends and everything still on the list is stopped.
const GUARD_SCRIPT = `
trap '' INT TERM HUP
pids=; dirs=
while read -r action value signal; do
  case $action in
    add) eval "signal_$value=$signal"; pids="$pids $value" ;;
    drop) kept=; for pid in $pids; do [ "$pid" = "$value" ] || kept="$kept $pid"; done; pids=$kept ;;
    dir) dirs="$value" ;;
    done) exit 0 ;;
  esac
done
for pid in $pids; do eval "kill -\\$signal_$pid $pid"; kill -CONT "$pid"; done 2>/dev/null
waited=0
while [ $waited -lt 50 ]; do
  alive=
  for pid in $pids; do kill -0 "$pid" 2>/dev/null && alive=yes; done
  [ -z "$alive" ] && break
  sleep 0.1; waited=$((waited + 1))
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
[ -n "$dirs" ] && rm -rf "$dirs"
exit 0
`;

/** A few kilobytes of shell that outlive the launcher and end its children should it crash. */
export class ProcessGuard {
  private readonly shell: ChildProcess;

  constructor() {
    this.shell = spawn('sh', ['-c', GUARD_SCRIPT], { detached: true, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] });
    this.shell.on('error', () => undefined);
    this.shell.stdin?.on('error', () => undefined);
    // Neither the shell nor the pipe to it may keep the launcher alive.
    this.shell.unref();
    const pipe: unknown = this.shell.stdin;
    if (hasUnref(pipe)) pipe.unref();
  }

  add(pid: number, signal: NodeJS.Signals): void {
    this.tell(`add ${pid} ${signal.replace(/^SIG/, '')}`);
  }

  drop(pid: number): void {
    this.tell(`drop ${pid}`);
  }

  /** A temporary directory to delete after a crash. Paths with white space are refused. */
  deleteAfterCrash(directory: string): void {
    if (!/\s/.test(directory)) this.tell(`dir ${directory}`);
  }

  /** Everything was stopped in order: the guard has nothing left to do. */
  release(): void {
    this.tell('done');
    this.shell.stdin?.end();
  }

  private tell(line: string): void {
    if (this.shell.stdin?.writable) this.shell.stdin.write(`${line}\n`);
  }
}

function hasUnref(value: unknown): value is { unref(): void } {
  return typeof value === 'object' && value !== null && 'unref' in value && typeof value.unref === 'function';
}
