/**
 * What an app holds of its storage: locks, snapshots. Its process would lose them by dying; here the storage lives on in
 * the same process, so they are freed by hand.
 */
export class Holdings {
  readonly #free = new Map<unknown, () => void>()

  add(holder: unknown, free: () => void): void {
    this.#free.set(holder, free)
  }

  drop(holder: unknown): void {
    this.#free.delete(holder)
  }

  freeAll(): void {
    for (const free of this.#free.values()) free()
  }
}

/**
 * The drivers that outlive the app. A simulated driver is the disk of the simulated machine: the one that the first life
 * opened is kept, and later lives get it instead of the empty one that their own parts made.
 */
export class Storage {
  readonly #drivers = new Map<string, object>()

  /** @param address the same for the same driver in each life */
  keep<Driver extends object>(address: string, driver: Driver): Driver {
    const kept = this.#drivers.get(address) as Driver | undefined
    if (!kept) this.#drivers.set(address, driver)
    return kept ?? driver
  }
}
