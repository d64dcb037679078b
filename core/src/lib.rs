//! Names, RBAC rules and CRD passes shared by kopgen's CLI, derives and runtime.
