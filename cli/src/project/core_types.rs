//! The types that Kubernetes itself has, as far as `k8s-openapi` knows them: what `--resource=false` may name.

use kopgen_core::names::suggest;

use crate::diagnostic::Diagnostic;

/// A type of Kubernetes and where Rust has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreType {
    /// Its group, whole: `rbac.authorization.k8s.io`; empty for that of Pods.
    pub group: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Its plural.
    pub plural: &'static str,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// The module of its Rust type: `k8s_openapi::api::apps::v1`.
    pub module: &'static str,
}

impl CoreType {
    /// The group as users name it: `core` for that of Pods, else the whole name.
    pub fn group_name(&self) -> &'static str {
        if self.group.is_empty() {
            "core"
        } else {
            self.group
        }
    }

    /// What an object of the type has at the least beside its metadata, as YAML; `None` for what nobody creates by hand.
    ///
    /// [The API's own validation](https://github.com/kubernetes/kubernetes/tree/v1.36.3/pkg/apis) says so.
    pub fn least(&self) -> Option<&'static str> {
        let least = match (self.group_short(), self.kind) {
            ("core", "ConfigMap" | "LimitRange" | "Namespace" | "Node" | "ResourceQuota")
            | ("core", "Secret" | "ServiceAccount")
            | ("coordination", "Lease")
            | ("networking", "NetworkPolicy")
            | ("policy", "PodDisruptionBudget")
            | ("rbac", "ClusterRole" | "Role") => "",
            ("core", "PersistentVolumeClaim") => {
                "spec:\n  accessModes:\n  - ReadWriteOnce\n  resources:\n    requests:\n      storage: 1Gi\n"
            }
            ("core", "Pod") => POD,
            ("core", "Service") => "spec:\n  ports:\n  - port: 80\n",
            ("apps", "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet") => WORKLOAD,
            ("autoscaling", "HorizontalPodAutoscaler") => AUTOSCALER,
            ("batch", "CronJob") => CRON_JOB,
            ("batch", "Job") => JOB,
            ("networking", "Ingress") => INGRESS,
            ("scheduling", "PriorityClass") => "value: 1\n",
            ("storage", "StorageClass") => "provisioner: example.com/sample\n",
            _ => return None,
        };
        Some(least)
    }

    /// The group in one word: `core`, `apps`, `rbac`.
    pub fn group_short(&self) -> &'static str {
        self.group_name()
            .split('.')
            .next()
            .expect("a split has a first part")
    }
}

const POD: &str = "\
spec:
  serviceAccountName: pod-sample
  containers:
  - name: sample
    image: example.com/sample:1
";

const WORKLOAD: &str = "\
spec:
  selector:
    matchLabels:
      app: sample
  template:
    metadata:
      labels:
        app: sample
    spec:
      containers:
      - name: sample
        image: example.com/sample:1
";

const JOB: &str = "\
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: sample
        image: example.com/sample:1
";

const CRON_JOB: &str = "\
spec:
  schedule: 0 0 * * *
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: sample
            image: example.com/sample:1
";

const AUTOSCALER: &str = "\
spec:
  maxReplicas: 1
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: sample
";

const INGRESS: &str = "\
spec:
  defaultBackend:
    service:
      name: sample
      port:
        number: 80
";

/// The type of that group (in one word or whole; `core` for that of Pods), version and kind.
///
/// # Errors
///
/// There is none; where one is near, it is named.
pub fn find(group: &str, version: &str, kind: &str) -> Result<&'static CoreType, Diagnostic> {
    // Names from kopgen.toml have been checked by nobody yet.
    let [shown_group, shown_version, shown_kind] = [group, version, kind].map(str::escape_debug);
    let in_group: Vec<_> = TYPES
        .iter()
        .filter(|it| it.group_name() == group || it.group_short() == group)
        .collect();
    if in_group.is_empty() {
        let groups = TYPES
            .iter()
            .flat_map(|it| [it.group_short(), it.group_name()]);
        return Err(unknown(
            format!("Kubernetes has no API group `{shown_group}`"),
            suggest(group, groups),
        ));
    }
    let of_kind: Vec<_> = in_group.iter().filter(|it| it.kind == kind).collect();
    if of_kind.is_empty() {
        let near = suggest(kind, in_group.iter().map(|it| it.kind));
        return Err(unknown(
            format!("Kubernetes' group `{shown_group}` has no kind `{shown_kind}`"),
            near,
        ));
    }
    of_kind
        .iter()
        .find(|it| it.version == version)
        .map(|it| **it)
        .ok_or_else(|| {
            let versions: Vec<_> = of_kind.iter().map(|it| it.version).collect();
            Diagnostic::new(format!(
                "Kubernetes has no {shown_version} of `{shown_kind}` in `{shown_group}`, as far as k8s-openapi knows"
            ))
            .help(format!("it has {}", versions.join(", ")))
        })
}

/// Whether Kubernetes has a group of that name, in one word or whole.
pub fn is_core_group(group: &str) -> bool {
    TYPES
        .iter()
        .any(|it| it.group_name() == group || it.group_short() == group)
}

fn unknown(message: String, near: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::new(message);
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => {
            problem.help("for a type of another crate: `--external-type some_crate::v1::Thing`")
        }
    }
}

/// Builds the table, and under test compares each row with the constants of the type itself.
macro_rules! core_types {
    ($($group:literal $scope:ident $($module:ident)::+ / $version:ident / $kind:ident = $plural:literal;)*) => {
        const TYPES: &[CoreType] = &[$(CoreType {
            group: $group,
            version: stringify!($version),
            kind: stringify!($kind),
            plural: $plural,
            namespaced: matches!(stringify!($scope).as_bytes(), b"namespaced"),
            module: concat!("k8s_openapi", $("::", stringify!($module),)+ "::", stringify!($version)),
        }),*];

        #[cfg(test)]
        #[test]
        fn every_row_is_the_type_that_k8s_openapi_has() {
            $(tests::check::<k8s_openapi::$($module)::+::$version::$kind>(
                find($group.split('.').next().filter(|it| !it.is_empty()).unwrap_or("core"), stringify!($version), stringify!($kind)).unwrap(),
                std::any::type_name::<k8s_openapi::$($module)::+::$version::$kind>(),
            );)*
        }

        /// The schemas of all of them, and of what they are made of, by name.
        #[cfg(test)]
        pub fn schemas() -> serde_json::Map<String, serde_json::Value> {
            let mut generator = schemars::generate::SchemaSettings::openapi3().into_generator();
            $(generator.subschema_for::<k8s_openapi::$($module)::+::$version::$kind>();)*
            generator.take_definitions(true)
        }
    };
}

// What k8s-openapi 0.29 has as an object that can be listed and watched, in both of its newest versions of Kubernetes.
core_types! {
    "" cluster api::core / v1 / ComponentStatus = "componentstatuses";
    "" namespaced api::core / v1 / ConfigMap = "configmaps";
    "" namespaced api::core / v1 / Endpoints = "endpoints";
    "" namespaced api::core / v1 / Event = "events";
    "" namespaced api::core / v1 / LimitRange = "limitranges";
    "" cluster api::core / v1 / Namespace = "namespaces";
    "" cluster api::core / v1 / Node = "nodes";
    "" cluster api::core / v1 / PersistentVolume = "persistentvolumes";
    "" namespaced api::core / v1 / PersistentVolumeClaim = "persistentvolumeclaims";
    "" namespaced api::core / v1 / Pod = "pods";
    "" namespaced api::core / v1 / PodTemplate = "podtemplates";
    "" namespaced api::core / v1 / ReplicationController = "replicationcontrollers";
    "" namespaced api::core / v1 / ResourceQuota = "resourcequotas";
    "" namespaced api::core / v1 / Secret = "secrets";
    "" namespaced api::core / v1 / Service = "services";
    "" namespaced api::core / v1 / ServiceAccount = "serviceaccounts";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1 / MutatingAdmissionPolicy = "mutatingadmissionpolicies";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1alpha1 / MutatingAdmissionPolicy = "mutatingadmissionpolicies";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1beta1 / MutatingAdmissionPolicy = "mutatingadmissionpolicies";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1 / MutatingAdmissionPolicyBinding = "mutatingadmissionpolicybindings";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1alpha1 / MutatingAdmissionPolicyBinding = "mutatingadmissionpolicybindings";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1beta1 / MutatingAdmissionPolicyBinding = "mutatingadmissionpolicybindings";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1 / MutatingWebhookConfiguration = "mutatingwebhookconfigurations";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1 / ValidatingAdmissionPolicy = "validatingadmissionpolicies";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1 / ValidatingAdmissionPolicyBinding = "validatingadmissionpolicybindings";
    "admissionregistration.k8s.io" cluster api::admissionregistration / v1 / ValidatingWebhookConfiguration = "validatingwebhookconfigurations";
    "apiextensions.k8s.io" cluster apiextensions_apiserver::pkg::apis::apiextensions / v1 / CustomResourceDefinition = "customresourcedefinitions";
    "apiregistration.k8s.io" cluster kube_aggregator::pkg::apis::apiregistration / v1 / APIService = "apiservices";
    "apps" namespaced api::apps / v1 / ControllerRevision = "controllerrevisions";
    "apps" namespaced api::apps / v1 / DaemonSet = "daemonsets";
    "apps" namespaced api::apps / v1 / Deployment = "deployments";
    "apps" namespaced api::apps / v1 / ReplicaSet = "replicasets";
    "apps" namespaced api::apps / v1 / StatefulSet = "statefulsets";
    "autoscaling" namespaced api::autoscaling / v1 / HorizontalPodAutoscaler = "horizontalpodautoscalers";
    "autoscaling" namespaced api::autoscaling / v2 / HorizontalPodAutoscaler = "horizontalpodautoscalers";
    "batch" namespaced api::batch / v1 / CronJob = "cronjobs";
    "batch" namespaced api::batch / v1 / Job = "jobs";
    "certificates.k8s.io" cluster api::certificates / v1 / CertificateSigningRequest = "certificatesigningrequests";
    "certificates.k8s.io" cluster api::certificates / v1beta1 / ClusterTrustBundle = "clustertrustbundles";
    "certificates.k8s.io" namespaced api::certificates / v1beta1 / PodCertificateRequest = "podcertificaterequests";
    "coordination.k8s.io" namespaced api::coordination / v1 / Lease = "leases";
    "coordination.k8s.io" namespaced api::coordination / v1alpha2 / LeaseCandidate = "leasecandidates";
    "coordination.k8s.io" namespaced api::coordination / v1beta1 / LeaseCandidate = "leasecandidates";
    "discovery.k8s.io" namespaced api::discovery / v1 / EndpointSlice = "endpointslices";
    "events.k8s.io" namespaced api::events / v1 / Event = "events";
    "flowcontrol.apiserver.k8s.io" cluster api::flowcontrol / v1 / FlowSchema = "flowschemas";
    "flowcontrol.apiserver.k8s.io" cluster api::flowcontrol / v1 / PriorityLevelConfiguration = "prioritylevelconfigurations";
    "internal.apiserver.k8s.io" cluster api::apiserverinternal / v1alpha1 / StorageVersion = "storageversions";
    "networking.k8s.io" cluster api::networking / v1 / IPAddress = "ipaddresses";
    "networking.k8s.io" namespaced api::networking / v1 / Ingress = "ingresses";
    "networking.k8s.io" cluster api::networking / v1 / IngressClass = "ingressclasses";
    "networking.k8s.io" namespaced api::networking / v1 / NetworkPolicy = "networkpolicies";
    "networking.k8s.io" cluster api::networking / v1 / ServiceCIDR = "servicecidrs";
    "node.k8s.io" cluster api::node / v1 / RuntimeClass = "runtimeclasses";
    "policy" namespaced api::policy / v1 / PodDisruptionBudget = "poddisruptionbudgets";
    "rbac.authorization.k8s.io" cluster api::rbac / v1 / ClusterRole = "clusterroles";
    "rbac.authorization.k8s.io" cluster api::rbac / v1 / ClusterRoleBinding = "clusterrolebindings";
    "rbac.authorization.k8s.io" namespaced api::rbac / v1 / Role = "roles";
    "rbac.authorization.k8s.io" namespaced api::rbac / v1 / RoleBinding = "rolebindings";
    "resource.k8s.io" cluster api::resource / v1 / DeviceClass = "deviceclasses";
    "resource.k8s.io" cluster api::resource / v1beta1 / DeviceClass = "deviceclasses";
    "resource.k8s.io" cluster api::resource / v1beta2 / DeviceClass = "deviceclasses";
    "resource.k8s.io" cluster api::resource / v1alpha3 / DeviceTaintRule = "devicetaintrules";
    "resource.k8s.io" cluster api::resource / v1beta2 / DeviceTaintRule = "devicetaintrules";
    "resource.k8s.io" namespaced api::resource / v1 / ResourceClaim = "resourceclaims";
    "resource.k8s.io" namespaced api::resource / v1beta1 / ResourceClaim = "resourceclaims";
    "resource.k8s.io" namespaced api::resource / v1beta2 / ResourceClaim = "resourceclaims";
    "resource.k8s.io" namespaced api::resource / v1 / ResourceClaimTemplate = "resourceclaimtemplates";
    "resource.k8s.io" namespaced api::resource / v1beta1 / ResourceClaimTemplate = "resourceclaimtemplates";
    "resource.k8s.io" namespaced api::resource / v1beta2 / ResourceClaimTemplate = "resourceclaimtemplates";
    "resource.k8s.io" cluster api::resource / v1alpha3 / ResourcePoolStatusRequest = "resourcepoolstatusrequests";
    "resource.k8s.io" cluster api::resource / v1 / ResourceSlice = "resourceslices";
    "resource.k8s.io" cluster api::resource / v1beta1 / ResourceSlice = "resourceslices";
    "resource.k8s.io" cluster api::resource / v1beta2 / ResourceSlice = "resourceslices";
    "scheduling.k8s.io" cluster api::scheduling / v1 / PriorityClass = "priorityclasses";
    "storage.k8s.io" cluster api::storage / v1 / CSIDriver = "csidrivers";
    "storage.k8s.io" cluster api::storage / v1 / CSINode = "csinodes";
    "storage.k8s.io" namespaced api::storage / v1 / CSIStorageCapacity = "csistoragecapacities";
    "storage.k8s.io" cluster api::storage / v1 / StorageClass = "storageclasses";
    "storage.k8s.io" cluster api::storage / v1 / VolumeAttachment = "volumeattachments";
    "storage.k8s.io" cluster api::storage / v1 / VolumeAttributesClass = "volumeattributesclasses";
    "storagemigration.k8s.io" cluster api::storagemigration / v1beta1 / StorageVersionMigration = "storageversionmigrations";
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn check<T>(row: &CoreType, type_name: &str)
    where
        T: k8s_openapi::ListableResource
            + k8s_openapi::Metadata<Ty = k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta>,
        T::Scope: 'static,
    {
        let namespaced = std::any::TypeId::of::<T::Scope>()
            == std::any::TypeId::of::<k8s_openapi::NamespaceResourceScope>();
        let found = CoreType {
            group: T::GROUP,
            version: T::VERSION,
            kind: T::KIND,
            plural: T::URL_PATH_SEGMENT,
            namespaced,
            module: row.module,
        };
        assert_eq!(row, &found);
        // `type_name` has the module of the Kubernetes version and of the type's own file in it.
        let ends: Vec<_> = row
            .module
            .trim_start_matches("k8s_openapi::")
            .split("::")
            .collect();
        assert!(
            type_name.contains(&ends.join("::")),
            "{type_name} is not in {}",
            row.module
        );
    }

    #[test]
    fn a_type_is_found_by_either_name_of_its_group() {
        for group in ["rbac", "rbac.authorization.k8s.io"] {
            assert_eq!(
                find(group, "v1", "Role").unwrap().module,
                "k8s_openapi::api::rbac::v1"
            );
        }
        assert_eq!(find("core", "v1", "Pod").unwrap().group, "");
    }

    /// Whether the least of an object is enough only an API server can say; `tests/samples.rs` asks one.
    #[test]
    fn every_least_is_tried_on_an_api_server() {
        let text = include_str!("../../tests/samples.rs");
        let words: Vec<_> = text.split(|it: char| !it.is_alphanumeric()).collect();
        for row in TYPES.iter().filter(|row| row.least().is_some()) {
            assert!(words.contains(&row.kind), "{} is not tried", row.kind);
        }
    }

    #[test]
    fn a_typo_is_answered_with_the_nearest_name() {
        fn check(group: &str, version: &str, kind: &str, expected: &str) {
            let problem = find(group, version, kind).unwrap_err();
            assert_eq!(
                problem.help.as_deref(),
                Some(expected),
                "{}",
                problem.message
            );
        }
        check("app", "v1", "Deployment", "did you mean `apps`?");
        check("apps", "v1", "Deploymnet", "did you mean `Deployment`?");
        check("apps", "v1beta1", "Deployment", "it has v1");
        check(
            "autoscaling",
            "v3",
            "HorizontalPodAutoscaler",
            "it has v1, v2",
        );
    }
}
