// SPDX-License-Identifier: Apache-2.0
import type { OfferedCommand, OfferedOption } from './completion-words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

const WRITERS: Readonly<Record<Shell, (commands: readonly OfferedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** The script by which a shell completes our command lines. It runs nothing of ours: all words are in it. */
export function completionScript(shell: Shell, commands: readonly OfferedCommand[]): string {
  return WRITERS[shell](commands);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function paths(commands: readonly OfferedCommand[]): string[] {
  return commands.map(({ path }) => path).filter((path) => path !== '');
}

const flags = (options: readonly OfferedOption[]) => options.map(({ name }) => `--${name}`);

/** The loop that finds the command among the words before the cursor, in the grammar that bash and zsh share. */
function findCommand(commands: readonly OfferedCommand[], words: string): string {
  return `  local at='' word
  for word in ${words}; do
    case "\${at:+$at }$word" in
      ${paths(commands).map(quoted).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done`;
}

function cases(rows: readonly (readonly [pattern: string, action: string])[]): string {
  return rows.map(([pattern, action]) => `    ${pattern}) ${action} ;;`).join('\n');
}

function choiceCases(
  commands: readonly OfferedCommand[],
  action: (choices: readonly string[]) => string,
): string {
  const rows = commands.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ name, choices }) => [quoted(`${path}:--${name}`), action(choices)] as const),
  );
  return cases(rows);
}

function valueCases(commands: readonly OfferedCommand[], action: string): string {
  const rows = commands.flatMap(({ path, options }) => {
    const free = options.filter(({ takesValue, choices }) => takesValue && choices.length === 0);
    return free.length === 0
      ? []
      : [[free.map(({ name }) => quoted(`${path}:--${name}`)).join('|'), action] as const];
  });
  return cases(rows);
}

const offer = (words: readonly string[]) => `words=${quoted(words.join(' '))}`;

// Where nothing is offered bash completes file names by itself.
function bashScript(commands: readonly OfferedCommand[]): string {
  return `# bash completion for colophon: source <(colophon completion bash)
_colophon() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=''
${findCommand(commands, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  COMPREPLY=()
  case "$at:$previous" in
${choiceCases(commands, (choices) => `COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$current")); return`)}
${valueCases(commands, 'return')}
  esac
  if [[ "$current" == -* ]]; then
    case "$at" in
${cases(commands.map(({ path, options }) => [quoted(path), offer(flags(options))]))}
    esac
  else
    case "$at" in
${cases(withSubcommands(commands).map(({ path, subcommands }) => [quoted(path), offer(subcommands.map(({ name }) => name))]))}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _colophon colophon
`;
}

function withSubcommands(commands: readonly OfferedCommand[]): OfferedCommand[] {
  return commands.filter(({ subcommands }) => subcommands.length > 0);
}

const described = ({ name, describe }: { name: string; describe: string }, prefix = '') =>
  quoted(`${prefix}${name}:${describe.replaceAll(/[\\:]/g, '\\$&')}`);

function zshScript(commands: readonly OfferedCommand[]): string {
  return `#compdef colophon
# zsh completion for colophon: source <(colophon completion zsh)
_colophon() {
  local current="$words[CURRENT]" previous="$words[CURRENT-1]"
  local -a offered
${findCommand(commands, '"${(@)words[2,CURRENT-1]}"')}
  case "$at:$previous" in
${choiceCases(commands, (choices) => `offered=(${choices.map(quoted).join(' ')}); _describe value offered; return`)}
${valueCases(commands, '_files; return')}
  esac
  if [[ "$current" == -* ]]; then
    case "$at" in
${cases(commands.map(({ path, options }) => [quoted(path), `offered=(${options.map((one) => described(one, '--')).join(' ')})`]))}
    esac
    _describe -o option offered
    return
  fi
  case "$at" in
${cases(withSubcommands(commands).map(({ path, subcommands }) => [quoted(path), `offered=(${subcommands.map((one) => described(one)).join(' ')}); _describe command offered`]))}
  esac
  [[ -n "$at" ]] && _files
}
compdef _colophon colophon
`;
}

function fishScript(commands: readonly OfferedCommand[]): string {
  const lines = commands.flatMap(({ path, subcommands, options }) => {
    const here = `complete -c colophon -n ${fishQuoted(`__colophon_at ${path}`)}`;
    return [
      ...subcommands.map(({ name, describe }) => `${here} -a ${name} -d ${fishQuoted(describe)}`),
      ...options.map((option) => `${here} ${fishOption(option)}`),
    ];
  });
  return `# fish completion for colophon: colophon completion fish | source
function __colophon_at
    set -l at
    for word in (commandline -opc)[2..-1]
        if contains -- (string join ' ' $at $word) ${paths(commands).map(fishQuoted).join(' ')}
            set at $at $word
        end
    end
    test "$at" = "$argv"
end
${lines.join('\n')}
`;
}

function fishOption({ name, describe, takesValue, choices }: OfferedOption): string {
  const value = choices.length > 0 ? ` -xa ${fishQuoted(choices.join(' '))}` : takesValue ? ' -r' : '';
  return `-l ${name}${value} -d ${fishQuoted(describe)}`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
