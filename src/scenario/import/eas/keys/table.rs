//! Every key that is known, and what becomes of it.

/// What becomes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is read.
    Read,
    /// It does not change the bill, with all below it; why.
    Idle(&'static str),
    /// It may change the bill, but is not modelled, with all below it; what that means.
    Unmodelled(&'static str),
}

use Role::{Idle, Read, Unmodelled};

const NAME: &str = "a name: nothing is billed by it";
const SIZE: &str = "a whole instance is billed, by its type";
const RUNS: &str = "what runs on an instance does not change its price";
const CALLS: &str = "how calls arrive does not change the bill of instances";
const ACCESS: &str = "who may call, read or pull does not change the bill";
const PLACING: &str = "where the provider puts an instance does not change its price";
const WATCH: &str = "watching a service does not change the bill of its instances";
const UPDATES: &str =
    "matters while a service is updated; updates here start nothing beside what runs (A-29)";
const SCALING: &str =
    "the number of instances stays as it is; script changes: actions: [(at: \"8h\", do: Scale(3))]";
const STORAGE: &str = "the storage bills by itself, whether the service runs or not";
const GATEWAY: &str = "a gateway or load balancer of its own bills by itself (A-40)";
const LOGS: &str = "storage of logs and traces bills by itself (A-40)";
const ROLES: &str = "members and tasks run instances of their own, which are not in the scenario";
const GROUP: &str =
    "machines of a dedicated group bill from their purchase, used or not (E26): they are not in the scenario";
const JOB: &str = "a job ends with its work; here the service runs until the horizon or a scripted Stop";

/// The known keys. One that is not `Read` stands for all below it.
pub(super) const KEYS: &[(&str, Role)] = &[
    ("name", Read),
    ("metadata.name", Read),
    ("metadata.instance", Read),
    ("metadata.disk", Read),
    ("metadata.region", Read),
    ("metadata.resource", Read),
    ("metadata.resource_rebalancing", Read),
    ("cloud.computing.instances", Read),
    ("cloud.computing.instance_type", Read),
    ("cloud.computing.disable_spot_protection_period", Read),
    ("features.eas.aliyun.com/extra-ephemeral-storage", Read),
    ("unit.size", Read),
    ("metadata.workspace_id", Idle("a service belongs to a workspace; its instances cost the same in any")),
    ("metadata.group", Idle(NAME)),
    ("metadata.uid", Idle(NAME)),
    ("metadata.caller_uid", Idle(NAME)),
    ("metadata.role", Idle(NAME)),
    ("metadata.schema", Idle(NAME)),
    ("labels", Idle(NAME)),
    ("metadata.cpu", Idle(SIZE)),
    ("metadata.memory", Idle(SIZE)),
    ("metadata.gpu", Idle(SIZE)),
    ("metadata.npu", Idle(SIZE)),
    ("metadata.fpga", Idle(SIZE)),
    ("metadata.gpu_model", Idle(SIZE)),
    ("metadata.gpu_memory", Idle(SIZE)),
    ("metadata.gpu_core_percentage", Idle(SIZE)),
    ("metadata.qos", Idle(SIZE)),
    ("metadata.shm_size", Idle(SIZE)),
    ("metadata.rdma", Idle(PLACING)),
    ("metadata.scheduling", Idle(PLACING)),
    ("scheduling", Idle(PLACING)),
    ("metadata.cuda", Idle(RUNS)),
    ("metadata.disable_sidecar", Idle(RUNS)),
    ("metadata.rpc", Idle(CALLS)),
    ("metadata.batching", Idle(CALLS)),
    ("metadata.io_threads", Idle(CALLS)),
    ("metadata.max_queue_size", Idle(CALLS)),
    ("metadata.worker_threads", Idle(CALLS)),
    ("metadata.workers", Idle(CALLS)),
    ("metadata.path", Idle(CALLS)),
    ("metadata.traffic_state", Idle(CALLS)),
    ("metadata.enable_grpc", Idle(CALLS)),
    ("metadata.enable_http2", Idle(CALLS)),
    ("metadata.enable_https", Idle(CALLS)),
    ("metadata.enable_webservice", Idle(CALLS)),
    ("metadata.disable_internet_endpoint", Idle(CALLS)),
    ("metadata.eas", Idle(UPDATES)),
    ("metadata.rolling_strategy", Idle(UPDATES)),
    ("metadata.type", Unmodelled("a service of this type may run more than its instances")),
    ("metadata.workload_type", Unmodelled(JOB)),
    ("metadata.elastic_job", Unmodelled(JOB)),
    ("metadata.autoscaler", Unmodelled(SCALING)),
    ("metadata.cronscaler", Unmodelled(SCALING)),
    ("metadata.gateway", Unmodelled(GATEWAY)),
    ("metadata.quota_id", Unmodelled(GROUP)),
    ("metadata.quota_type", Unmodelled(GROUP)),
    ("metadata.resource_burstable", Unmodelled(GROUP)),
    ("cloud.networking", Idle(CALLS)),
    ("cloud.role_chain", Idle(ACCESS)),
    ("cloud.container_registry", Idle(ACCESS)),
    ("cloud.logging", Unmodelled(LOGS)),
    ("cloud.monitoring", Unmodelled(LOGS)),
    ("containers[].name", Idle(NAME)),
    ("containers[].image", Idle(RUNS)),
    ("containers[].script", Idle(RUNS)),
    ("containers[].command", Idle(RUNS)),
    ("containers[].args", Idle(RUNS)),
    ("containers[].env", Idle(RUNS)),
    ("containers[].prepare", Idle(RUNS)),
    ("containers[].port", Idle(CALLS)),
    ("containers[].startup_check", Idle(WATCH)),
    ("containers[].liveness_check", Idle(WATCH)),
    ("containers[].readiness_check", Idle(WATCH)),
    ("containers[].health_check", Idle(WATCH)),
    ("token", Idle(ACCESS)),
    ("private_token", Idle(ACCESS)),
    ("generate_token", Idle(ACCESS)),
    ("credential", Idle(ACCESS)),
    ("dockerAuth", Idle(ACCESS)),
    ("osscredentials", Idle(ACCESS)),
    ("role_arn", Idle(ACCESS)),
    ("confidential", Idle(ACCESS)),
    ("processor", Idle(RUNS)),
    ("processors", Idle(RUNS)),
    ("processor_name", Idle(RUNS)),
    ("processor_path", Idle(RUNS)),
    ("processor_type", Idle(RUNS)),
    ("processor_entry", Idle(RUNS)),
    ("processor_mainclass", Idle(RUNS)),
    ("processor_jvm_options", Idle(RUNS)),
    ("processor_envs", Idle(RUNS)),
    ("processor_image", Idle(RUNS)),
    ("requirements", Idle(RUNS)),
    ("model", Idle(RUNS)),
    ("models", Idle(RUNS)),
    ("multi_models", Idle(RUNS)),
    ("model_path", Idle(RUNS)),
    ("model_entry", Idle(RUNS)),
    ("model_config", Idle(RUNS)),
    ("warm_up_data_path", Idle(RUNS)),
    ("oss_endpoint", Idle(RUNS)),
    ("source", Idle(RUNS)),
    ("uncompress", Idle(RUNS)),
    ("data_image", Idle(RUNS)),
    ("data_loader", Idle(RUNS)),
    ("baseimage", Idle(RUNS)),
    ("worker_image", Idle(RUNS)),
    ("runtime", Idle(RUNS)),
    ("options", Idle(RUNS)),
    ("eas", Idle(RUNS)),
    ("unit.enable_c4d", Idle(RUNS)),
    ("unit.enable_rebuild", Idle(RUNS)),
    ("features.eas.aliyun.com/gpu-driver-version", Idle(RUNS)),
    ("features.eas.aliyun.com/capacity-reservation", Unmodelled("reserved capacity may bill by itself")),
    ("rpc", Idle(CALLS)),
    ("networking.path", Idle(CALLS)),
    ("networking.port_exposure", Idle(CALLS)),
    ("networking.traffic_state", Idle(CALLS)),
    ("networking.gateway_policy", Idle(CALLS)),
    ("networking.enable_https", Idle(CALLS)),
    ("networking.enable_http2", Idle(CALLS)),
    ("networking.enable_grpc", Idle(CALLS)),
    ("networking.dns", Idle(CALLS)),
    ("networking.restriction_model", Idle(ACCESS)),
    ("networking.restriction_rules", Idle(ACCESS)),
    ("networking.disable_internet_endpoint", Idle(CALLS)),
    ("networking.use_host_network", Idle(CALLS)),
    ("networking.gateway", Unmodelled(GATEWAY)),
    ("networking.nlb", Unmodelled(GATEWAY)),
    ("networking.nacos", Unmodelled(GATEWAY)),
    ("metrics", Idle(WATCH)),
    ("metrics_config", Idle(WATCH)),
    ("exporter", Idle(WATCH)),
    ("alerts", Idle(WATCH)),
    ("rai", Idle(WATCH)),
    ("aimaster", Unmodelled("instances that it checks and restarts are not restarted here")),
    ("autoscaler", Unmodelled(SCALING)),
    ("cronscaler", Unmodelled(SCALING)),
    ("storage", Unmodelled(STORAGE)),
    ("sinker", Unmodelled(LOGS)),
    ("vineyard", Unmodelled(STORAGE)),
    ("members", Unmodelled(ROLES)),
    ("tasks", Unmodelled(ROLES)),
    ("raycluster", Unmodelled(ROLES)),
    ("serverless", Unmodelled("a serverless service bills by other rules")),
];

/// The known keys of an item of `cloud.computing.instances`.
pub(in crate::scenario::import::eas) const INSTANCE_KEYS: [&str; 3] =
    ["type", "spot_price_limit", "capacity"];
