import { killedSuite } from '../../suites/killed.ts'

killedSuite({ through: 2, 'in steps': 29 })
