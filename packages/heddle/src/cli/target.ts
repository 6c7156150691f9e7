import { appTarget, type CallTarget } from '@heddle/serve'
import type { Session } from './session.ts'

/** Does something with the app: through the process that owns its data where there is one, else in this process. */
export async function withTarget<Result>(
  session: Session,
  use: (target: CallTarget) => Promise<Result>,
): Promise<Result> {
  const app = await session.open()
  try {
    return await use(appTarget(app))
  } finally {
    await app.close()
  }
}
