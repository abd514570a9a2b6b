import { killedRestoreSuite } from '../../suites/killed-restore.ts'

killedRestoreSuite({
  through: { reads: 29, writes: 7 },
  'with checkpoints': { reads: 59, writes: 37 },
  'in steps': { reads: 499, writes: 61 },
})
