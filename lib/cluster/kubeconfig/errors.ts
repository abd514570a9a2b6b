import { InvalidInputError } from '../../velero/errors.ts'

/** No way to the cluster could be made of the kubeconfig, or there is none. Velero's sentence, with the cause at its end. */
export class ClusterConfigError extends InvalidInputError {
  constructor(because: string, next: string, cause?: unknown) {
    super(
      `error finding Kubernetes API server config in --kubeconfig, $KUBECONFIG, or in-cluster configuration: ${because}`,
      { next, ...(cause !== undefined && { cause }) },
    )
  }
}
