import type { CliCommand } from './cli-command.ts'
import accessExplain from './commands/access/explain.ts'
import build from './commands/build.ts'
import approvalsAnswer from './commands/approvals/answer.ts'
import approvalsList from './commands/approvals/list.ts'
import call from './commands/call.ts'
import check from './commands/check.ts'
import checkpointsList from './commands/checkpoints/list.ts'
import client from './commands/client.ts'
import complete from './commands/complete.ts'
import completion from './commands/completion.ts'
import configShow from './commands/config/show.ts'
import describe from './commands/describe.ts'
import dev from './commands/dev.ts'
import dlqDrop from './commands/dlq/drop.ts'
import dlqList from './commands/dlq/list.ts'
import dlqReplay from './commands/dlq/replay.ts'
import dlqShow from './commands/dlq/show.ts'
import dlqTest from './commands/dlq/test.ts'
import eventsList from './commands/events/list.ts'
import docs from './commands/docs.ts'
import doctor from './commands/doctor.ts'
import help from './commands/help.ts'
import keysCreate from './commands/keys/create.ts'
import keysList from './commands/keys/list.ts'
import keysRevoke from './commands/keys/revoke.ts'
import historyList from './commands/history/list.ts'
import historyShow from './commands/history/show.ts'
import keysRotate from './commands/keys/rotate.ts'
import keysRotateData from './commands/keys/rotate-data.ts'
import { jobsCommands } from './commands/jobs/jobs-commands.ts'
import leasesList from './commands/leases/list.ts'
import list from './commands/list.ts'
import logLevel from './commands/log/level.ts'
import manifest from './commands/manifest.ts'
import mcp from './commands/mcp.ts'
import membersList from './commands/members/list.ts'
import migrateApply from './commands/migrate/apply.ts'
import migratePlan from './commands/migrate/plan.ts'
import migrateStatus from './commands/migrate/status.ts'
import newApp from './commands/new.ts'
import openapi from './commands/openapi.ts'
import { pipelineCommands } from './commands/pipeline/pipeline-commands.ts'
import principalsList from './commands/principals/list.ts'
import principalsPut from './commands/principals/put.ts'
import principalsRemove from './commands/principals/remove.ts'
import remoteAdd from './commands/remote/add.ts'
import remoteDiff from './commands/remote/diff.ts'
import remoteList from './commands/remote/list.ts'
import requirementsList from './commands/requirements/list.ts'
import rolesList from './commands/roles/list.ts'
import rolesPut from './commands/roles/put.ts'
import rolesRemove from './commands/roles/remove.ts'
import projectionsList from './commands/projections/list.ts'
import projectionsRebuild from './commands/projections/rebuild.ts'
import ping from './commands/ping.ts'
import { queuesCommands } from './commands/queues/queues-commands.ts'
import { runsCommands } from './commands/runs/runs-commands.ts'
import { schedulesCommands } from './commands/schedules/schedules-commands.ts'
import start from './commands/start.ts'
import surfaces from './commands/surfaces.ts'
import templatesList from './commands/templates/list.ts'
import templatesSearch from './commands/templates/search.ts'
import templatesShow from './commands/templates/show.ts'
import testPlan from './commands/test.ts'

/** The one table of the tool's commands: parser, help, machine-readable help and documents come from it. */
export const registry: readonly CliCommand[] = [
  newApp,
  start,
  dev,
  mcp,
  build,
  call,
  list,
  describe,
  surfaces,
  ping,
  templatesList,
  templatesSearch,
  templatesShow,
  manifest,
  requirementsList,
  openapi,
  client,
  docs,
  remoteAdd,
  remoteList,
  remoteDiff,
  membersList,
  checkpointsList,
  ...jobsCommands,
  leasesList,
  eventsList,
  projectionsList,
  projectionsRebuild,
  check,
  configShow,
  migratePlan,
  migrateApply,
  migrateStatus,
  rolesPut,
  rolesList,
  rolesRemove,
  principalsPut,
  principalsList,
  principalsRemove,
  keysCreate,
  keysList,
  keysRotate,
  keysRevoke,
  keysRotateData,
  accessExplain,
  dlqList,
  dlqShow,
  dlqReplay,
  dlqDrop,
  dlqTest,
  ...runsCommands,
  ...queuesCommands,
  ...schedulesCommands,
  approvalsList,
  approvalsAnswer,
  ...pipelineCommands,
  testPlan,
  historyList,
  historyShow,
  logLevel,
  doctor,
  completion,
  complete,
  help,
]
