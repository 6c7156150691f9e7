import { auth, data, defect, type ErrorFacts, runtime, system } from './error-facts.ts'

export type { Category, ErrorFacts, Severity } from './error-facts.ts'

/**
 * Every error that Heddle itself can raise. The codes are a public contract: they are the same on every surface and in
 * generated clients, and are never renamed.
 */
export const systemErrors = {
  // What a type says about a value.
  InvalidType: data('The value has another type than the one expected.'),
  InvalidString: data('The text does not have the expected format.'),
  InvalidValue: data('The value is none of the allowed ones.'),
  TooSmall: data('The value is below its minimum.'),
  TooBig: data('The value is above its maximum.'),
  NotMultipleOf: data('The number is no multiple of its step.'),
  UnrecognizedKeys: data('There is a field that the type does not know.', 'Remove the field or correct its name.'),
  InvalidUnion: data('The value fits none of the alternatives.'),
  InvalidKey: data('A key does not have the expected type.'),
  InvalidElement: data('An element does not have the expected type.'),
  Invalid: data('The value is not valid.'),

  // What a decoder says about bytes that came from outside.
  MalformedInput: data('The input is not well-formed {format}: {reason}.'),
  DuplicateKey: data('The key "{key}" stands twice in one object.', 'Keep one of the two.'),
  UnsafeInteger: data(
    'The number {text} is beyond the integers that JavaScript keeps exactly.',
    'Send it as a string if its type allows one.',
  ),
  LoneSurrogate: data('The text holds half of a surrogate pair.', 'Send well-formed Unicode.'),
  ForbiddenKey: data('The key "{key}" is not accepted.', 'Rename the field.'),
  TooDeep: data('The input is nested deeper than {limit} levels (limit "{name}").', 'Flatten it or raise the limit.'),
  TooLarge: data('The input is larger than {limit} bytes (limit "{name}").', 'Make it smaller, or raise the limit.'),
  UnsupportedMediaType: data('The content type "{type}" is not accepted.', 'Send application/json.'),
  NotFound: data('There is no {entity} with the key {key}.'),
  InvalidUsage: data('The command line is not valid: {reason}.', 'Ask with --help.'),
  UnknownPath: data('Nothing is served at {path}.', 'See what is served at /.'),
  UnsupportedMethod: data('{path} does not take {method}.', 'Use one of the methods that `Allow` names.'),
  NotAcceptable: data('The answer is {type}, which the request does not accept.', 'Accept that type.'),
  InvalidOption: data(
    'The option "{option}" of the call is {value}: {expected}.',
    'Correct the option, or leave it out.',
  ),
  UnknownCommand: data('There is no command "{name}".', 'List the commands with `heddle list`.'),
  UnknownTopic: data('The log has no topic "{topic}".', 'Create it, or correct the name; there are: {known}.'),
  UnknownPartition: data(
    'The topic "{topic}" has no partition {partition}: it has {partitions}.',
    'Name one from 0 to {last}.',
  ),
  OffsetOutOfRange: data(
    'The offset {offset} of {place} cannot be read: there are those from {earliest} up to {next}.',
    'Begin at one that is there, or let the topic keep its records for longer.',
  ),

  // Access.
  Unauthenticated: auth('This command needs a caller who is known.', 'Sign in or send credentials.'),
  Denied: auth('The caller may not do this: {because}.', 'Ask for the permission, where the message names one.'),
  InvalidCredentials: auth('The credentials are refused: {because}.', 'Send a key or token that is valid, or none.'),
  UnknownPrincipal: auth(
    'No principal "{principal}" is known in the tenant "{tenant}", or it is disabled.',
    'List them with `heddle principals list`; `--may` calls as one that is made up, with the permissions that it names.',
  ),
  TenantDenied: auth(
    'The caller may not act in the tenant "{tenant}": {because}.',
    'Leave the tenant out, or choose one of its own.',
  ),

  // The moment.
  DeadlineExceeded: runtime(
    'later',
    'The deadline passed before the command ended.',
    'Allow more time or ask for less.',
  ),
  Cancelled: runtime('later', 'The caller cancelled the command.'),
  Conflict: runtime(
    { afterMs: 50 },
    'Others changed the same records {attempts} times in a row.',
    'Try again, or lock the records first.',
  ),
  InProgress: runtime({ afterMs: 200 }, 'Another call with this idempotency key is still running.', 'Ask again later.'),
  KeyReused: runtime(
    'never',
    'This idempotency key was used with another input.',
    'Take a new key for each new request.',
  ),
  // Retried with the same token it fails again; but the next holder may use the same key, so it is not kept as an answer.
  LeaseLost: runtime(
    'later',
    'The lease "{lease}" is no longer held with the token {token}.',
    'Acquire it again, and begin anew with the new token.',
  ),
  TopicExists: runtime(
    'never',
    'The topic "{topic}" exists and is kept in another way: {changes}.',
    'Open it as it is, or take another name.',
  ),
  ProducerFenced: runtime(
    'never',
    'The producer "{producer}" of {place} has the epoch {epoch}, and the epoch {current} has written already.',
    'Stop: another one has taken over from it.',
  ),
  SequenceGap: runtime(
    'never',
    'The producer "{producer}" of {place} sent its record {sequence} of the epoch {epoch}, and {expected} is the next.',
    'Send from there on: what lies between was not written.',
  ),
  ScheduleNotFound: data('There is no schedule {schedule}.', 'List them with `heddle schedules list`.'),
  RunNotFound: data('There is no run {run}.', 'List them with `heddle runs list`.'),
  RunEnded: runtime('never', 'The run {run} has ended as {state}.', 'Start another one, or fork it.'),
  RunCancelled: runtime('never', 'The run {run} was cancelled.'),
  RunMigrationMissing: data(
    'The app declares no migration of the runs of {workflow}.',
    'List what `migrateRuns` gives in the parts of the app.',
  ),
  NoApproval: runtime(
    'never',
    'The run {run} does not wait for the approval "{approval}": {because}.',
    'See what waits with `heddle approvals list`.',
  ),
  NotExposed: runtime(
    'later',
    'The run {run} has not come to exposing "{query}".',
    'Ask again when it has gone further.',
  ),
  RunHalted: system(
    'never',
    'The run {run} of {workflow} is {state}: {because}.',
    'See what can be done with `heddle runs explain {run}`.',
  ),
  StepNotFound: data('The journal of the run {run} has no entry {step}.', 'See it with `heddle runs show {run}`.'),
  WrongRunState: runtime(
    'never',
    'The run {run} is {state}; this takes one that is {wanted}.',
    'See where it stands and what can be done: `heddle runs explain {run}`.',
  ),
  CannotRetry: runtime(
    'never',
    'The run {run} cannot go on from where it was: {because}.',
    'Start it anew with its input: `heddle runs fork {run}`.',
  ),
  UnknownSignal: data('The workflow {workflow} takes no signal "{signal}".', 'It takes: {known}.'),
  NotUnique: runtime('never', 'There is already a {entity} with this {field}.'),
  ConstraintBroken: runtime('never', 'The {entity} {key} would break its constraint "{constraint}".'),
  MissingReference: runtime(
    'never',
    'The {entity} {key} refers by "{field}" to the {target} {targetKey}, which is not there.',
    'Name one that exists, or add it first.',
  ),
  StillReferenced: runtime(
    'never',
    'The {entity} {key} cannot be removed: a {by} still refers to it by "{field}".',
    'Remove what refers to it first, or declare what becomes of it by `onDelete`.',
  ),
  VersionOutdated: runtime(
    'never',
    'The {entity} {key} has the version {version} now, not {expected}.',
    'Read it again and repeat the change if it still makes sense.',
  ),
  RateLimited: runtime(
    'later',
    'Too many calls: the limit "{limit}" allows {calls} in {seconds} s.',
    'Wait as long as `Retry-After` says.',
  ),
  WrongExpectedVersion: runtime(
    'never',
    'The stream {stream} holds {found} events, not {expected}.',
    'Load the stream again and decide anew.',
  ),
  LimitReached: runtime('later', 'The limit "{name}" of {limit} is reached.', 'Try later or raise the limit.'),
  CircuitOpen: runtime(
    'later',
    '{name} failed too often lately and is not called for a while.',
    'Try later; it is tried again by itself.',
  ),
  ShuttingDown: runtime(
    { afterMs: 1000 },
    'The app is stopping and takes no new calls.',
    'Send the call to another node.',
  ),

  // This system.
  Internal: system('later', 'Something went wrong inside. The trace id is {traceId}.', 'Report the trace id.'),
  Unavailable: system({ afterMs: 1000 }, '{what} cannot be reached.'),
  ForbiddenAddress: system(
    'never',
    'The address {address} is not called: {because}.',
    'Where it is meant to be, say `allowPrivate: true` of what calls it.',
  ),
  Incompatible: system(
    'never',
    '{name} is not what this app was made for: {changes}.',
    'Take up its manifest anew, and the code that uses what has changed.',
  ),
  DiskFull: system({ afterMs: 5000 }, 'The disk that holds {path} is full.', 'Make space; work goes on by itself.'),
  FileCannotGrow: system(
    { afterMs: 5000 },
    'A file at {path} cannot grow: it is as large as this process, or its file system, lets a file be.',
    'Raise the limit where the process is started (`ulimit -f`, LimitFSIZE of systemd), or move it to a file system for larger files.',
  ),
  FileReplaced: system(
    'never',
    'The file {path} is not as it was left: {reason}.',
    'Put it back as it was, or restore the job to a checkpoint that fits it.',
  ),
  StateDamaged: system(
    'never',
    'The state file {path} is not what the checkpoint is about: {reason}.',
    'Put back the file that belongs to the checkpoint, restore the job to an older one, or rebuild its state.',
  ),
  StateTooOld: system(
    'never',
    'The state file {path} was written by an older Heddle (format {found}, this one reads {known}).',
    'Rebuild the state of the job, or start it with the version that wrote the file.',
  ),
  StateMissing: system(
    'never',
    'The state file {path} does not hold the epoch {epoch}; it holds {kept}.',
    'Put back the file that belongs to the checkpoint, or restore the job to an epoch that is there. Where it holds none but 0, nothing can be restored: `heddle jobs reset NAME` lets the job begin anew.',
  ),
  DatabaseReadOnly: system(
    { afterMs: 5000 },
    'The database file {path} cannot be written.',
    'Make it writable: check its owner, its mode and its file system.',
  ),
  DatabaseDamaged: system('never', 'The file {path} is not a sound database: {reason}.', 'Restore it from a backup.'),
  DatabaseForeign: system(
    'never',
    'The file {path} is a database of another program: {reason}.',
    'Give the app a file of its own, or rename what stands in the way.',
  ),
  DatabaseUnsuitable: system(
    'never',
    'The database {where} cannot be used: {reason}.',
    'Use a server that can keep what the driver promises.',
  ),
  LogDamaged: system(
    'never',
    'The file {path} of the log is damaged at byte {byte}: {reason}.',
    'Restore it from a copy; the other topics and partitions can be used.',
  ),
  ChangesRefused: system('never', 'The changes of {where} cannot be read: {reason}.', '{advice}'),
  ChangesLost: system(
    'never',
    'The changes of {where} are no longer all there: {reason}.',
    'Forget the source and begin anew: its tables are copied again.',
  ),
  TableRefused: system('never', 'Records cannot be written to {table} of {where}: {reason}.', '{advice}'),
  SlotInUse: system(
    { afterMs: 5000 },
    'Another process reads the replication slot "{slot}" of {where}.',
    'Stop it, or name another slot.',
  ),
  OwnerDamaged: system(
    'never',
    'The file {path} cannot say which process owns the data folder: {reason}.',
    'It holds no records: make sure that no process serves the folder, then delete it.',
  ),
  DatabaseOfOtherApp: system(
    'never',
    'The database {path} is of the app {owner}, and {name} is another.',
    'Name the file of its app with --app, or another folder with --folder; a renamed app is declared with `formerly`.',
  ),
  DatabaseTooNew: system(
    'never',
    'The database {path} was written by a newer Heddle (format {found}, this one knows {known}).',
    'Start the newer version.',
  ),
  DatabaseLocked: system(
    'never',
    'Another process (pid {pid}) already serves the data folder {path}.',
    'Stop it, or use another folder.',
  ),
  MigrationNeeded: system('never', 'The tables do not fit this app: {changes}.', 'Run {run}.'),
  MigrationChanged: system(
    'never',
    'The migration {file} was changed after it was applied.',
    'Restore the file and add a new migration.',
  ),
  TableDiffers: system(
    'never',
    '{file} makes the table {table}, which is there already and differs: {differences}.',
    'Begin with a file of the table as it is there: plan it with the app that made it, apply it, and plan again with the app of now.',
  ),
  InvalidConfig: system(
    'never',
    'The configuration is not valid: {reason}.',
    'Correct it in the file, the environment or the flag named.',
  ),
  Undecryptable: system(
    'never',
    'What was encrypted for {place} cannot be read: {reason}.',
    'Put the key that encrypted it back into HEDDLE_KEYS, behind the current one.',
  ),
  InvalidAppFile: system('never', '{file}: {reason}.', '{advice}'),
  PortInUse: system(
    'never',
    'The address {address} is already in use.',
    'Stop the other program, or take another port (PORT) or another data folder.',
  ),
  OldNode: system(
    'never',
    'Heddle needs Node 24 or newer; this is {found}.',
    'Use `npx heddle` in a project that has the package `node`.',
  ),
  InvalidDefinition: defect('{name}: {reason}.', 'Correct the definition.'),
  UnknownPolicy: data('{found} is no policy: a policy is one of {known}.', 'Write e.g. {"retry": {"attempts": 3}}.'),
  InvalidPlan: defect('The pipeline {name} cannot run: {problems}', 'Correct the places that are named.'),
  DuplicateName: defect('The name {name} is defined twice.', 'Rename one of the two.'),
  MissingLibrary: defect(
    '{name} needs the package {library}, which is not installed.',
    'Install it beside Heddle: npm install, with the name of the package.',
  ),
  MissingPart: defect('{name} needs {missing}, which the app does not have.', 'Add it to the parts of the app.'),
  MissingMapper: defect(
    '{name} needs a mapper between its types and those of the command that it calls, and there is none.',
    'Declare it with `mapper`, from and to exactly these types, and add it to the parts of the app.',
  ),
  AmbiguousMapper: defect(
    '{name} needs one mapper, but {mappers} map the same types.',
    'Remove one of them, or give the types that they map objects of their own.',
  ),
  DomainCycle: defect(
    'Domains depend on each other in a circle: {cycle}.',
    'Break the circle with an event, or move a command.',
  ),
  UndeclaredDependency: defect('The domain {domain} calls {other} without depending on it.', 'Add it to dependsOn.'),

  // A mistake in a command's body. It rolls back, is logged, and strangers see Internal.
  FailureDropped: defect(
    '{command} made the failure {code} and neither returned nor threw it.',
    'Write `return fail.…` or `throw fail.…`.',
  ),
  UndeclaredCall: defect('{command} called {callee} without listing it.', 'Add it to `calls`.'),
  UndeclaredUse: defect('{command} used {port} without listing it.', 'Add it to `uses`.'),
  UndeclaredEmit: defect('{command} emitted {event} without listing it.', 'Add it to `emits`.'),
  InvalidEvent: defect(
    '{command} emitted {event} with data that does not fit: {reason}.',
    'Correct the data or the type.',
  ),
  UnreadableEvent: defect(
    'A stored {event} cannot be read: {reason}.',
    'Give the event a version and an `upcast` from the older one.',
  ),
  UndeclaredFailure: defect('{command} returned the failure {code}, which is not its own.', 'Declare it in `errors`.'),
  InvalidOutput: defect(
    '{command} returned a value that does not fit its output type: {reason}.',
    'Correct the value or the type.',
  ),
  InvalidErrorData: defect(
    '{command} failed with {code} and data that does not fit: {reason}.',
    'Correct the data or the type.',
  ),
  UnwritableState: defect(
    'The cell "{cell}" of the step {step} holds for the key {key} what no checkpoint can keep: {reason}.',
    'Keep plain data there, or values whose type says how they are written.',
  ),
  InvalidRecord: defect(
    'The {entity} {key} does not fit its type: {reason}.',
    'Correct what is written, or the type of the field.',
  ),
  NotSynchronous: defect('{command} was run synchronously, but {what} is asynchronous.', 'Use `call`.'),
  QueryWrote: defect('The query {command} tried to write.', "Make it `kind: 'command'`, or do not write."),
  HookMisused: defect(
    'A hook around the transition "{transition}" of {command} called next {times}.',
    'Call it once, and await it.',
  ),
  StreamMisused: defect('The items of {command} cannot be read: {reason}.', 'Read a stream once, from its beginning.'),
  CallEnded: defect('{command} used its context after it had ended.', 'Await everything before you return.'),
  OverlappingWrites: defect('Two concurrent call.try wrote the same {entity} {key}.', 'Run them one after the other.'),
  StaleRecord: defect(
    'A {entity} {key} was updated from an old copy.',
    'Update the record that the last update returned.',
  ),
  PendingWrites: defect('Raw SQL was run while the unit of work holds unwritten changes.', 'Query first, or use find.'),

  // A workflow whose code does not fit its journal, or that uses a key twice. The run stops where it is, unharmed.
  DuplicateStep: defect(
    'The run {run} of {workflow} used the key "{key}" twice.',
    'Give each step an id of its own, or put it into a scope of `each` or `loop`.',
  ),
  StepChanged: defect(
    'The run {run} of {workflow} has recorded {recorded} under "{key}", and its code now asks for {asked}.',
    'Keep the old code in `versions`, give the new step another id, or migrate the run.',
  ),
  StepMissing: defect(
    'The run {run} of {workflow} has recorded "{key}", and its code no longer asks for it.',
    'Keep the old code in `versions`, say in `renamedFrom` what it is called now, or migrate the run.',
  ),
  StepReordered: defect(
    'The run {run} of {workflow} has recorded "{key}", and its code asks for "{first}" before it.',
    'Keep the old code in `versions`, ask for what is new after what is recorded, or migrate the run.',
  ),
  // A job: what goes wrong with its records, and what ends it.
  RecordFailed: data(
    'The step "{step}" of {job} failed with the record {id}: {reason}',
    'Mend the step or the record; `onError` of the step says whether the job goes on.',
  ),
  RecordsGone: data(
    '{records} records of the partition "{partition}" of the source "{source}" of {job} were read before and are not there any more.',
    'Its state cannot be built anew from them: give the step another id to begin with nothing, or reset the job.',
  ),
  StateUnfit: defect(
    'The state of the step "{step}" of {job} does not fit its plan: {reason}',
    'Give the step another id to begin with nothing, name a migration, or reset the job, which then reads its sources anew.',
  ),
  PlaceChanged: defect(
    'The {way} "{name}" of {job} would be another one than it was: {change}.',
    'Change it back and resume the job, or give it another name, under which it begins anew; or reset the job.',
  ),
  NoJobThread: defect(
    'The job {job} is to run on a thread of its own, which has to import it: {reason}.',
    'Export it from the file of the app and start that with the tool, or give the job `module: import.meta.url` where it is exported.',
  ),
  AppElsewhere: defect(
    '{name} of {job} asks the app for `{what}`, and is opened on the thread of the job, where only `config` of the app is.',
    'Say `needsApp: true` in the source or sink: it is then opened in the app. A configuration is there if it is plain data.',
  ),
  JobThreadLost: system(
    'later',
    'The thread of {job} is gone: {reason}.',
    'It begins anew from its checkpoint. {advice}',
  ),
  LetterNotCallable: data(
    'The dead letter {id} of {job} cannot be taken again: {reason}.',
    'Feed the record to the job anew, or restore the job to a checkpoint before the record; then drop the letter.',
  ),
  NoEventTime: data(
    'The record {id} of {job} has no event time: {found} is no time.',
    'Mend the record, or the `time` of the source.',
  ),
  AheadOfTime: data(
    'The record {id} of {job} is said to happen at {time}, more than {ahead} s ahead of the clock.',
    'Mend the record or the clock that it comes from, or raise `ahead` of the source.',
  ),
  NotFinite: data(
    'The record {id} has {found} at {field} of the sink {sink} of {job}, where a number has to be.',
    'Mend the expression that leaves what a number can hold, or say what stands there instead.',
  ),
  PushTooLarge: data(
    '{count} records are pushed at once, and no more than {limit} may ever wait (limit "{name}").',
    'Push fewer at a time, or raise `waiting` of the source.',
  ),
  ErrorBudgetSpent: system(
    'never',
    '{job} had more than {budget} dead letters within {seconds} s.',
    'Look at its dead letters, mend the cause, and resume the job.',
  ),
  SimulationDiverged: defect(
    'Two runs of the seed {seed} differ at step {step}.',
    'Take time and randomness from ctx.',
  ),
  SimulationFailed: defect(
    'At {where}: {reason}. Repeat it with {repeat}.',
    'Read the trace at the end of the message.',
  ),
  RealPort: defect('A simulation met the real port {port}.', 'Give the app a port that can be simulated.'),
} as const satisfies Record<string, ErrorFacts>

/** The code of an error that Heddle itself raises. */
export type SystemCode = keyof typeof systemErrors
