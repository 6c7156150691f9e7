import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../cli-command.ts'

/** Each asks `heddle complete`, so that a script never grows old. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_heddle() {
  local IFS=$'\\n'
  COMPREPLY=($(heddle complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _heddle heddle`,
  zsh: `_heddle() { compadd -- \${(f)"$(heddle complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"} }
compdef _heddle heddle`,
  fish: `complete -c heddle -f -a '(heddle complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
}

export default cliCommand({
  name: 'completion',
  summary: 'Print a script that completes words in your shell: bash, zsh or fish.',
  example: 'heddle completion bash',
  args: { shell: { type: 'positional', summary: 'bash, zsh or fish' } },
  run({ args: { shell }, out }) {
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
    if (script === undefined)
      throw usageFailure(`the shell is one of ${Object.keys(scripts).join(', ')}, not "${shell}"`)
    out.show({ shell, script }, script.split('\n'))
  },
})
