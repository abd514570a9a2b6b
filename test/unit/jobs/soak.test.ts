import { soakSuite } from '../../suites/soak.ts'

// A few of the kills of test/soak, always the same.
soakSuite({ kills: 6, seed: 1 })
