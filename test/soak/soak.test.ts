import { soakSuite } from '../suites/soak.ts'

// Other kills each time; SOAK_SEED brings back those of a run that failed.
const { SOAK_SEED } = process.env
soakSuite({ kills: 70, seed: SOAK_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(SOAK_SEED) })
