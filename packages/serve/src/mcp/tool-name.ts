/**
 * What a command is called as a tool: `bank.TransferMoney` is `bank_TransferMoney`. Many clients take letters, digits, `_`
 * and `-` alone, and names of commands have no `_`, so that each name leads back to its command.
 */
export const toolNameOf = (command: string): string => command.replaceAll('.', '_')

/** The command that a tool is. */
export const commandOfTool = (tool: string): string => tool.replaceAll('_', '.')
