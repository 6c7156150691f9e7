import type { ValueOf } from '@heddle/core'
import { listSurfaces } from '../../commands/list-surfaces.ts'
import { cliCommand } from '../cli-command.ts'

type Found = ValueOf<typeof listSurfaces>

export default cliCommand({
  name: 'surfaces',
  summary: 'Show the ways into the app: what each can do, and where it leads to which command.',
  example: 'heddle surfaces bank.TransferMoney',
  args: {
    command: { type: 'positional', optional: true, summary: 'Only this one, with its addresses' },
    domain: { type: 'text', value: 'NAME', summary: 'Only commands of this domain' },
    internal: { type: 'boolean', summary: "Also Heddle's own commands" },
  },
  async run({ args, app, out }) {
    const found = await app.callOrThrow(listSurfaces, args)
    const rows = args.command === undefined ? matrixOf(found) : addressesOf(found)
    out.show(found, [...out.table(abilitiesOf(found)), '', ...(rows.length > 0 ? out.table(rows) : ['no commands'])])
  },
})

/** What is written where something is not so: a cell that is empty would be left out. */
const no = '-'

const abilitiesOf = ({ surfaces }: Found) =>
  surfaces.map(({ name, title, transports, can }) => ({
    surface: name,
    title: transports.length === 0 ? title : `${title} (${transports.join(', ')})`,
    can: can.join(', '),
  }))

/** A row for each command, a column for each surface. */
const matrixOf = ({ commands, surfaces }: Found) =>
  commands.map(({ name, access, doors }) => ({
    command: name,
    access,
    ...Object.fromEntries(surfaces.map((surface) => [surface.name, doors[surface.name]?.length ? 'yes' : no])),
  }))

/** A row for each surface, with all addresses of the one command. */
const addressesOf = ({ commands: [command], surfaces }: Found) =>
  surfaces.map(({ name }) => ({ surface: name, [command!.name]: command!.doors[name]?.join(', ') || no }))
