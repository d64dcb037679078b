#![allow(
    clippy::doc_lazy_continuation,
    clippy::doc_markdown,
    clippy::doc_overindented_list_items,
    clippy::duplicated_attributes,
    clippy::empty_docs,
    clippy::enum_variant_names,
    clippy::large_enum_variant,
    clippy::struct_field_names,
    clippy::tabs_in_doc_comments,
    clippy::too_long_first_doc_paragraph,
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    rustdoc::invalid_rust_codeblocks,
    reason = "the descriptions and names are those of the imported CRD"
)]

use std::collections::BTreeMap;

use kopgen_runtime::{JsonObject, Kind, Nullable};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(
    CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "harbour.example.com",
    version = "v1",
    kind = "Ship",
    plural = "ships",
    namespaced,
    status = "ShipStatus",
    shortname = "sh",
    doc = "Ship is what floats."
)]
#[kind(schema(
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
#[kind(extend(
    "/spec/versions/0/additionalPrinterColumns" = [
        {"jsonPath": ".spec.draught", "name": "Draught", "priority": -1, "type": "integer"},
    ]
))]
#[schemars(extend("x-kopgen-set" = {"required": ["name", "draught"]}))]
pub struct ShipSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always: Option<AlwaysOrNever>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub berth: Option<BerthOrRefuge>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub boost: Option<Boost>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub decks: Option<BTreeMap<String, Deck>>,

    /// Required. How deep it lies.
    #[schemars(extend("format" = null))]
    pub draught: i64,

    /// Required. The flag that it flies. It has a colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag: Option<Flag>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 7))]
    #[schemars(extend("format" = null))]
    pub masts: Option<i64>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub mooring: Option<Mooring>,

    pub name: String,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "default" = serde_json::from_str::<serde_json::Value>(r#"{
            "level0": {
                "level1": {
                    "level2": {
                        "level3": {
                            "level4": {
                                "level5": {
                                    "level6": {
                                        "level7": {
                                            "level8": {
                                                "level9": {
                                                    "level10": {
                                                        "level11": {
                                                            "level12": {
                                                                "level13": {
                                                                    "level14": {
                                                                        "level15": {
                                                                            "level16": {
                                                                                "level17": {
                                                                                    "level18": {
                                                                                        "level19": {
                                                                                            "level20": {
                                                                                                "level21": {
                                                                                                    "level22": {
                                                                                                        "level23": {
                                                                                                            "level24": {
                                                                                                                "level25": {
                                                                                                                    "level26": {
                                                                                                                        "level27": {
                                                                                                                            "level28": {
                                                                                                                                "level29": {
                                                                                                                                    "level30": {
                                                                                                                                        "level31": {
                                                                                                                                            "level32": {
                                                                                                                                                "level33": {
                                                                                                                                                    "level34": {
                                                                                                                                                        "level35": {
                                                                                                                                                            "level36": {
                                                                                                                                                                "level37": {
                                                                                                                                                                    "level38": {
                                                                                                                                                                        "level39": true
                                                                                                                                                                    }
                                                                                                                                                                }
                                                                                                                                                            }
                                                                                                                                                        }
                                                                                                                                                    }
                                                                                                                                                }
                                                                                                                                            }
                                                                                                                                        }
                                                                                                                                    }
                                                                                                                                }
                                                                                                                            }
                                                                                                                        }
                                                                                                                    }
                                                                                                                }
                                                                                                            }
                                                                                                        }
                                                                                                    }
                                                                                                }
                                                                                            }
                                                                                        }
                                                                                    }
                                                                                }
                                                                            }
                                                                        }
                                                                    }
                                                                }
                                                            }
                                                        }
                                                    }
                                                }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }"#).unwrap()
    ))]
    pub nested: Option<JsonObject>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub never: Option<AlwaysOrNever>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub refuge: Option<BerthOrRefuge>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "default" = serde_json::from_str::<serde_json::Value>(r#"{
            "key00": "0",
            "key01": "1",
            "key02": "2",
            "key03": "3",
            "key04": "4",
            "key05": "5",
            "key06": "6",
            "key07": "7",
            "key08": "8",
            "key09": "9",
            "key10": "10",
            "key11": "11",
            "key12": "12",
            "key13": "13",
            "key14": "14",
            "key15": "15",
            "key16": "16",
            "key17": "17",
            "key18": "18",
            "key19": "19",
            "key20": "20",
            "key21": "21",
            "key22": "22",
            "key23": "23",
            "key24": "24",
            "key25": "25",
            "key26": "26",
            "key27": "27",
            "key28": "28",
            "key29": "29",
            "key30": "30",
            "key31": "31",
            "key32": "32",
            "key33": "33",
            "key34": "34",
            "key35": "35",
            "key36": "36",
            "key37": "37",
            "key38": "38",
            "key39": "39",
            "key40": "40",
            "key41": "41",
            "key42": "42",
            "key43": "43",
            "key44": "44",
            "key45": "45",
            "key46": "46",
            "key47": "47",
            "key48": "48",
            "key49": "49",
            "key50": "50",
            "key51": "51",
            "key52": "52",
            "key53": "53",
            "key54": "54",
            "key55": "55",
            "key56": "56",
            "key57": "57",
            "key58": "58",
            "key59": "59"
        }"#).unwrap()
    ))]
    pub settings: Option<JsonObject>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "items" = serde_json::from_str::<serde_json::Value>(r#"{
            "properties": {
                "store00": {"type": "string"},
                "store01": {"type": "string"},
                "store02": {"type": "string"},
                "store03": {"type": "string"},
                "store04": {"type": "string"},
                "store05": {"type": "string"},
                "store06": {"type": "string"},
                "store07": {"type": "string"},
                "store08": {"type": "string"},
                "store09": {"type": "string"},
                "store10": {"type": "string"},
                "store11": {"type": "string"},
                "store12": {"type": "string"},
                "store13": {"type": "string"},
                "store14": {"type": "string"},
                "store15": {"type": "string"},
                "store16": {"type": "string"},
                "store17": {"type": "string"},
                "store18": {"type": "string"},
                "store19": {"type": "string"},
                "store20": {"type": "string"},
                "store21": {"type": "string"},
                "store22": {"type": "string"},
                "store23": {"type": "string"},
                "store24": {"type": "string"},
                "store25": {"type": "string"},
                "store26": {"type": "string"},
                "store27": {"type": "string"},
                "store28": {"type": "string"},
                "store29": {"type": "string"},
                "store30": {"type": "string"},
                "store31": {"type": "string"},
                "store32": {"type": "string"},
                "store33": {"type": "string"},
                "store34": {"type": "string"},
                "store35": {"type": "string"},
                "store36": {"type": "string"},
                "store37": {"type": "string"},
                "store38": {"type": "string"},
                "store39": {"type": "string"},
                "store40": {"type": "string"},
                "store41": {"type": "string"},
                "store42": {"type": "string"},
                "store43": {"type": "string"},
                "store44": {"type": "string"}
            },
            "x-kubernetes-preserve-unknown-fields": true
        }"#).unwrap()
    ))]
    pub stores: Option<Vec<Value>>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(transparent)]
pub struct ShipStatus(pub JsonObject);

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct AlwaysOrNever {}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum BerthOrRefuge {
    Inner,
    Outer,
    Roadstead,
    Quay,
    Buoy,
    Drydock,
    Slip,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Boost {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,

    pub enabled: bool,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = null))]
    pub limit: Option<i64>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Deck {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cargo: Option<Value>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub crates: Option<Vec<Value>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<Vec<BTreeMap<String, Vec<Value>>>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, Value>>,

    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub maybe: Nullable<Value>,
}

/// The flag that it flies.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Flag {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct History {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,

    pub enabled: bool,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = null))]
    pub limit: Option<i64>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,

    pub enabled: bool,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = null))]
    pub limit: Option<i64>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Mooring {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bow_line: Option<Line>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub stern_line: Option<Line>,
}
