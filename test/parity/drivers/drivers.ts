import type { Driver } from '../driver.ts'
import { driver as cli } from './cli.ts'
import { driver as inProcess } from './function.ts'
import { driver as http } from './http.ts'
import { driver as local } from './local.ts'
import { driver as sse } from './sse.ts'

/** The surfaces that are compared. The first is the measure: the app's own code. */
export const drivers: readonly Driver[] = [inProcess, http, sse, cli, local]
