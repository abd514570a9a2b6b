import { gzip } from '../bucket/gzip.ts'
import { MemberBuilder } from '../bucket/member.ts'
import { TAR_END } from '../bucket/tar.ts'
import { emptyBatch } from './account.ts'
import { collect } from './collect.ts'
import type { RunContext } from './context.ts'
import { wantCustomResourceDefinitions } from './crds.ts'
import type { Sink } from './lane.ts'
import { storeNamespaces } from './namespaces.ts'
import { storeRelated } from './related.ts'
import { listsByNamespace, planUnits } from './unit.ts'

/**
 * All that goes into the archive, stage by stage; each stage takes up where a checkpoint left it. Answers whether the
 * archive is whole: not where the run is to stop.
 */
export async function fillArchive(context: RunContext): Promise<boolean> {
  const { backup, selection, discovery, namespaces, sink } = context
  await beginArchive(context)
  const names = namespaces.map(namespace => namespace.name)
  const units = planUnits(backup.spec, selection, discovery.resources, names, byNamespace(context))
  if (!(await collect(context, units))) return false
  await storeNamespaces(context)
  wantCustomResourceDefinitions(context)
  if (!(await storeRelated(context))) return false
  if (!sink.account.cursors.has('end')) {
    await appendPlain(sink, 'end', TAR_END)
    sink.account.info(`Backed up a total of ${sink.account.counts.items} items`)
  }
  return true
}

/** Decided once for a run: with the other kind of lists, what an earlier invocation has read would be read again. */
function byNamespace({ selection, namespaces, sink: { account } }: RunContext): boolean {
  const [one, all] = ['lists by namespace', 'lists of all namespaces']
  const decided = account.cursors.has(one) || account.cursors.has(all)
  const few = decided ? account.cursors.has(one) : listsByNamespace(selection, namespaces.length)
  account.cursors.set(few ? one : all, { token: '', after: '', done: true })
  return few
}

/** Velero's first entry, which nobody reads back. */
async function beginArchive({ sink }: RunContext): Promise<void> {
  if (sink.account.cursors.has('version')) return
  const builder = new MemberBuilder(sink.pool.take(), sink.mtime)
  builder.add(['metadata/version'], { json: Buffer.from('1.1.0\n') })
  const { tar, buffer } = builder.take()
  await appendPlain(sink, 'version', tar)
  sink.pool.give(buffer)
}

/** A member that holds no item. */
async function appendPlain({ archive, account }: Sink, unit: string, tar: Buffer): Promise<void> {
  const { member, done } = archive.append(await gzip(tar), { resource: '', items: 0, first: '', last: '' })
  account.commit(emptyBatch(unit, { token: '', after: '', done: true }), member)
  await done
}
