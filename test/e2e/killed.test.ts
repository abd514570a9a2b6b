import { killedSuite } from '../suites/killed.ts'

// Every call of the store, carried out and not: some minutes.
killedSuite({ through: 1, 'in steps': 1 })
