import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../cli-command.ts'

/** Each asks `heddle complete`, so that a script never grows old. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_heddle() {
  local IFS=$'\\n'
  COMPREPLY=($(heddle complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _heddle heddle`,
  // Either evaluated, or a file _heddle in a folder of fpath: then it is the body of the function.
  zsh: `#compdef heddle
_heddle() {
  local -a found
  found=(\${(f)"$(heddle complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -a found; else _files; fi
}
if [[ $funcstack[1] == _heddle ]]; then _heddle "$@"; else compdef _heddle heddle; fi`,
  fish: `function __heddle_complete
  set -l found (heddle complete -- (commandline -opc)[2..] "$(commandline -ct)" 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c heddle -f -a '(__heddle_complete)'`,
}

export default cliCommand({
  name: 'completion',
  summary: 'Print a script that completes words in your shell: bash, zsh or fish.',
  example: 'heddle completion bash',
  args: { shell: { type: 'positional', summary: 'bash, zsh or fish', choices: Object.keys(scripts) } },
  run({ args: { shell }, out }) {
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
    if (script === undefined)
      throw usageFailure(`the shell is one of ${Object.keys(scripts).join(', ')}, not "${shell}"`)
    out.show({ shell, script }, script.split('\n'))
  },
})
