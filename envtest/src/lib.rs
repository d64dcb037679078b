//! A real etcd and kube-apiserver for the tests of any kube-rs project.
