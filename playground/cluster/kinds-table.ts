/**
 * What a Kubernetes 1.36 server serves, group by group in the order in which it answers them; read from a real one.
 * A line without indent: group and version, and the priorities that its APIService has. One with: resource, kind, scope, short names, categories, verbs, and any subresources as name=kind:verbs; `status` has
 * the kind of its resource, `all` and `change` stand for the usual verbs.
 */
export const KINDS_TABLE = `
v1 18000 1
  bindings Binding Namespaced - - create
  componentstatuses ComponentStatus Cluster cs - get,list
  configmaps ConfigMap Namespaced cm - all
  endpoints Endpoints Namespaced ep - all
  events Event Namespaced ev - all
  limitranges LimitRange Namespaced limits - all
  namespaces Namespace Cluster ns - create,delete,get,list,patch,update,watch finalize=Namespace:update status
  nodes Node Cluster no - all proxy=NodeProxyOptions:create,delete,get,patch,update status
  persistentvolumeclaims PersistentVolumeClaim Namespaced pvc - all status
  persistentvolumes PersistentVolume Cluster pv - all status
  pods Pod Namespaced po all all attach=PodAttachOptions:create,get binding=Binding:create ephemeralcontainers=Pod:change eviction=policy/v1/Eviction:create exec=PodExecOptions:create,get log=Pod:get portforward=PodPortForwardOptions:create,get proxy=PodProxyOptions:create,delete,get,patch,update resize=Pod:change status
  podtemplates PodTemplate Namespaced - - all
  replicationcontrollers ReplicationController Namespaced rc all all scale=autoscaling/v1/Scale:change status
  resourcequotas ResourceQuota Namespaced quota - all status
  secrets Secret Namespaced - - all
  serviceaccounts ServiceAccount Namespaced sa - all token=authentication.k8s.io/v1/TokenRequest:create
  services Service Namespaced svc all all proxy=ServiceProxyOptions:create,delete,get,patch,update status
apiregistration.k8s.io/v1 20000 15
  apiservices APIService Cluster - api-extensions all status
apps/v1 17800 15
  controllerrevisions ControllerRevision Namespaced - - all
  daemonsets DaemonSet Namespaced ds all all status
  deployments Deployment Namespaced deploy all all scale=autoscaling/v1/Scale:change status
  replicasets ReplicaSet Namespaced rs all all scale=autoscaling/v1/Scale:change status
  statefulsets StatefulSet Namespaced sts all all scale=autoscaling/v1/Scale:change status
events.k8s.io/v1 17750 15
  events Event Namespaced ev - all
authentication.k8s.io/v1 17700 15
  selfsubjectreviews SelfSubjectReview Cluster - - create
  tokenreviews TokenReview Cluster - - create
authorization.k8s.io/v1 17600 15
  localsubjectaccessreviews LocalSubjectAccessReview Namespaced - - create
  selfsubjectaccessreviews SelfSubjectAccessReview Cluster - - create
  selfsubjectrulesreviews SelfSubjectRulesReview Cluster - - create
  subjectaccessreviews SubjectAccessReview Cluster - - create
autoscaling/v2 17500 30
  horizontalpodautoscalers HorizontalPodAutoscaler Namespaced hpa all all status
autoscaling/v1 17500 15
  horizontalpodautoscalers HorizontalPodAutoscaler Namespaced hpa all all status
batch/v1 17400 15
  cronjobs CronJob Namespaced cj all all status
  jobs Job Namespaced - all all status
certificates.k8s.io/v1 17300 15
  certificatesigningrequests CertificateSigningRequest Cluster csr - all approval=CertificateSigningRequest:change status
networking.k8s.io/v1 17200 15
  ingressclasses IngressClass Cluster - - all
  ingresses Ingress Namespaced ing - all status
  ipaddresses IPAddress Cluster ip - all
  networkpolicies NetworkPolicy Namespaced netpol - all
  servicecidrs ServiceCIDR Cluster - - all status
policy/v1 17100 15
  poddisruptionbudgets PodDisruptionBudget Namespaced pdb - all status
rbac.authorization.k8s.io/v1 17000 15
  clusterrolebindings ClusterRoleBinding Cluster - - all
  clusterroles ClusterRole Cluster - - all
  rolebindings RoleBinding Namespaced - - all
  roles Role Namespaced - - all
storage.k8s.io/v1 16800 15
  csidrivers CSIDriver Cluster - - all
  csinodes CSINode Cluster - - all
  csistoragecapacities CSIStorageCapacity Namespaced - - all
  storageclasses StorageClass Cluster sc - all
  volumeattachments VolumeAttachment Cluster - - all status
  volumeattributesclasses VolumeAttributesClass Cluster vac - all
admissionregistration.k8s.io/v1 16700 15
  mutatingadmissionpolicies MutatingAdmissionPolicy Cluster - api-extensions all
  mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding Cluster - api-extensions all
  mutatingwebhookconfigurations MutatingWebhookConfiguration Cluster - api-extensions all
  validatingadmissionpolicies ValidatingAdmissionPolicy Cluster - api-extensions all status
  validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding Cluster - api-extensions all
  validatingwebhookconfigurations ValidatingWebhookConfiguration Cluster - api-extensions all
apiextensions.k8s.io/v1 16700 15
  customresourcedefinitions CustomResourceDefinition Cluster crd,crds api-extensions all status
scheduling.k8s.io/v1 16600 15
  priorityclasses PriorityClass Cluster pc - all
coordination.k8s.io/v1 16500 15
  leases Lease Namespaced - - all
node.k8s.io/v1 16300 15
  runtimeclasses RuntimeClass Cluster - - all
discovery.k8s.io/v1 16200 15
  endpointslices EndpointSlice Namespaced - - all
resource.k8s.io/v1 16200 21
  deviceclasses DeviceClass Cluster - - all
  resourceclaims ResourceClaim Namespaced - - all status
  resourceclaimtemplates ResourceClaimTemplate Namespaced - - all
  resourceslices ResourceSlice Cluster - - all
flowcontrol.apiserver.k8s.io/v1 16100 21
  flowschemas FlowSchema Cluster - - all status
  prioritylevelconfigurations PriorityLevelConfiguration Cluster - - all status
`
