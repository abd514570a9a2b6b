import { at, isObject, type JsonObject, list, objects, text } from '../json.ts'
import { type Cause, forbiddenValue, invalidValue, required } from '../status.ts'

type Rule = (object: JsonObject) => Cause[]

const CONFIG_KEY =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or " +
  "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

const keysOf =
  (...fields: string[]): Rule =>
  object =>
    fields.flatMap(field =>
      Object.keys(at(object, field))
        .filter(key => !/^[-._a-zA-Z0-9]+$/.test(key))
        .map(key => invalidValue(`${field}[${key}]`, key, CONFIG_KEY)),
    )

/** `claimed`: volumes that a StatefulSet's claim templates will give. */
function podSpecCauses(spec: JsonObject, field: string, claimed: readonly string[] = []): Cause[] {
  if (list(spec.containers).length === 0) return [required(`${field}.containers`)]
  const volumes = new Set([...objects(spec.volumes).map(volume => volume.name), ...claimed])
  const ephemeral = list(spec.ephemeralContainers).length > 0 && field === 'spec'
  return [
    ...objects(spec.containers).flatMap((container, i) => [
      ...(text(container.name) === '' ? [required(`${field}.containers[${i}].name`)] : []),
      ...(text(container.image) === '' ? [required(`${field}.containers[${i}].image`)] : []),
      ...objects(container.volumeMounts).flatMap((mount, j) =>
        volumes.has(mount.name)
          ? []
          : [
              {
                reason: 'FieldValueNotFound',
                message: `Not found: ${JSON.stringify(mount.name)}`,
                field: `${field}.containers[${i}].volumeMounts[${j}].name`,
              },
            ],
      ),
    ]),
    ...(ephemeral ? [forbiddenValue('spec.ephemeralContainers', 'cannot be set on create')] : []),
  ]
}

/** Workloads whose selector must be given and must select their own pods. */
const selecting: Rule = object => {
  const spec = at(object, 'spec')
  const labels = at(spec, 'template', 'metadata', 'labels')
  const selector = at(spec, 'selector', 'matchLabels')
  const claimed = objects(spec.volumeClaimTemplates).map(claim => text(at(claim, 'metadata').name))
  const missing = !isObject(spec.selector)
  const matches = Object.entries(selector).every(([key, value]) => labels[key] === value)
  return [
    ...(missing ? [required('spec.selector')] : []),
    ...(missing || matches
      ? []
      : [invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]),
    ...podSpecCauses(at(spec, 'template', 'spec'), 'spec.template.spec', claimed),
  ]
}

const roleRef: Rule = binding => (text(at(binding, 'roleRef').name) === '' ? [required('roleRef.name')] : [])

export const contentRules: Readonly<Record<string, Rule>> = {
  '/configmaps': keysOf('data', 'binaryData'),
  '/secrets': keysOf('data'),
  '/pods': pod => podSpecCauses(at(pod, 'spec'), 'spec'),
  '/services': service => {
    const spec = at(service, 'spec')
    const portless = spec.type === 'ExternalName' || spec.clusterIP === 'None'
    return list(spec.ports).length === 0 && !portless ? [required('spec.ports')] : []
  },
  'apps/deployments': selecting,
  'apps/replicasets': selecting,
  'apps/statefulsets': selecting,
  'apps/daemonsets': selecting,
  'batch/jobs': job => podSpecCauses(at(job, 'spec', 'template', 'spec'), 'spec.template.spec'),
  'rbac.authorization.k8s.io/rolebindings': roleRef,
  'rbac.authorization.k8s.io/clusterrolebindings': roleRef,
  '/persistentvolumeclaims': claim =>
    list(at(claim, 'spec').accessModes).length === 0
      ? [required('spec.accessModes', 'at least 1 access mode is required')]
      : [],
  'apiextensions.k8s.io/customresourcedefinitions': definition => {
    const name = `${text(at(definition, 'spec', 'names').plural)}.${text(at(definition, 'spec').group)}`
    const given = text(at(definition, 'metadata').name)
    return given === name ? [] : [invalidValue('metadata.name', given, 'must be spec.names.plural+"."+spec.group')]
  },
}
