//! 100 types of seed 15, from `grammar.rs`: `SNAPSHOTS=overwrite cargo test -p kopgen-runtime --test types` renews them.
#![allow(dead_code, unused_imports, unused_variables, clippy::all)]

use crate::case::Generated;
use crate::prelude::*;

pub fn types() -> Vec<Generated> {
    vec![
        Generated::of::<t0::Top>("t0"),
        Generated::of::<t1::Top>("t1"),
        Generated::of::<t2::Top>("t2"),
        Generated::of::<t3::Top>("t3"),
        Generated::of::<t4::Top>("t4"),
        Generated::of::<t5::Top>("t5"),
        Generated::of::<t6::Top>("t6"),
        Generated::of::<t7::Top>("t7"),
        Generated::of::<t8::Top>("t8"),
        Generated::of::<t9::Top>("t9"),
        Generated::of::<t10::Top>("t10"),
        Generated::of::<t11::Top>("t11"),
        Generated::of::<t12::Top>("t12"),
        Generated::of::<t13::Top>("t13"),
        Generated::of::<t14::Top>("t14"),
        Generated::of::<t15::Top>("t15"),
        Generated::of::<t16::Top>("t16"),
        Generated::of::<t17::Top>("t17"),
        Generated::of::<t18::Top>("t18"),
        Generated::of::<t19::Top>("t19"),
        Generated::of::<t20::Top>("t20"),
        Generated::of::<t21::Top>("t21"),
        Generated::of::<t22::Top>("t22"),
        Generated::of::<t23::Top>("t23"),
        Generated::of::<t24::Top>("t24"),
        Generated::of::<t25::Top>("t25"),
        Generated::of::<t26::Top>("t26"),
        Generated::of::<t27::Top>("t27"),
        Generated::of::<t28::Top>("t28"),
        Generated::of::<t29::Top>("t29"),
        Generated::of::<t30::Top>("t30"),
        Generated::of::<t31::Top>("t31"),
        Generated::of::<t32::Top>("t32"),
        Generated::of::<t33::Top>("t33"),
        Generated::of::<t34::Top>("t34"),
        Generated::of::<t35::Top>("t35"),
        Generated::of::<t36::Top>("t36"),
        Generated::of::<t37::Top>("t37"),
        Generated::of::<t38::Top>("t38"),
        Generated::of::<t39::Top>("t39"),
        Generated::of::<t40::Top>("t40"),
        Generated::of::<t41::Top>("t41"),
        Generated::of::<t42::Top>("t42"),
        Generated::of::<t43::Top>("t43"),
        Generated::of::<t44::Top>("t44"),
        Generated::of::<t45::Top>("t45"),
        Generated::of::<t46::Top>("t46"),
        Generated::of::<t47::Top>("t47"),
        Generated::of::<t48::Top>("t48"),
        Generated::of::<t49::Top>("t49"),
        Generated::of::<t50::Top>("t50"),
        Generated::of::<t51::Top>("t51"),
        Generated::of::<t52::Top>("t52"),
        Generated::of::<t53::Top>("t53"),
        Generated::of::<t54::Top>("t54"),
        Generated::of::<t55::Top>("t55"),
        Generated::of::<t56::Top>("t56"),
        Generated::of::<t57::Top>("t57"),
        Generated::of::<t58::Top>("t58"),
        Generated::of::<t59::Top>("t59"),
        Generated::of::<t60::Top>("t60"),
        Generated::of::<t61::Top>("t61"),
        Generated::of::<t62::Top>("t62"),
        Generated::of::<t63::Top>("t63"),
        Generated::of::<t64::Top>("t64"),
        Generated::of::<t65::Top>("t65"),
        Generated::of::<t66::Top>("t66"),
        Generated::of::<t67::Top>("t67"),
        Generated::of::<t68::Top>("t68"),
        Generated::of::<t69::Top>("t69"),
        Generated::of::<t70::Top>("t70"),
        Generated::of::<t71::Top>("t71"),
        Generated::of::<t72::Top>("t72"),
        Generated::of::<t73::Top>("t73"),
        Generated::of::<t74::Top>("t74"),
        Generated::of::<t75::Top>("t75"),
        Generated::of::<t76::Top>("t76"),
        Generated::of::<t77::Top>("t77"),
        Generated::of::<t78::Top>("t78"),
        Generated::of::<t79::Top>("t79"),
        Generated::of::<t80::Top>("t80"),
        Generated::of::<t81::Top>("t81"),
        Generated::of::<t82::Top>("t82"),
        Generated::of::<t83::Top>("t83"),
        Generated::of::<t84::Top>("t84"),
        Generated::of::<t85::Top>("t85"),
        Generated::of::<t86::Top>("t86"),
        Generated::of::<t87::Top>("t87"),
        Generated::of::<t88::Top>("t88"),
        Generated::of::<t89::Top>("t89"),
        Generated::of::<t90::Top>("t90"),
        Generated::of::<t91::Top>("t91"),
        Generated::of::<t92::Top>("t92"),
        Generated::of::<t93::Top>("t93"),
        Generated::of::<t94::Top>("t94"),
        Generated::of::<t95::Top>("t95"),
        Generated::of::<t96::Top>("t96"),
        Generated::of::<t97::Top>("t97"),
        Generated::of::<t98::Top>("t98"),
        Generated::of::<t99::Top>("t99"),
    ]
}

mod t0 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S3 {
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S5 {
        /// A field.
        pub field_6: i32,
        /// A field.
        pub field_7: String,
        /// A field.
        pub field_8: BTreeSet<String>,
        #[serde(rename = "renamed-10", alias = "alias11")]
        pub field_9: String,
    }
    impl Any for S5 {
        fn any(random: &mut Random) -> Self {
            Self { field_6: <i32>::any(random), field_7: <String>::any(random), field_8: <BTreeSet<String>>::any(random), field_9: <String>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[serde(flatten)]
        pub field_2: S3,
        pub field_4: S5,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random), field_4: <S5>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t1 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E8 {
        /// A name.
        Name9,
        /// A name.
        Name10,
        /// A name.
        Name11,
    }
    impl Any for E8 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name9, 1 => Self::Name10, 2 => Self::Name11, _ => Self::Name11 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E16 {
        Name17,
        Name18,
    }
    impl Any for E16 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name17, 1 => Self::Name18, _ => Self::Name18 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E3 {
        Variant4 {
        #[serde(default)]
        field_5: f32,
        field_6: IntOrString,
        field_7: E8,
        field_12: IpAddr,
        },
        Variant13 {
        #[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))]
        field_14: String,
        /// A field.
        field_15: E16,
        /// A field.
        #[schemars(length(max = 7), inner(length(min = 1, max = 7)))]
        field_19: Vec<String>,
        field_20: i32,
        },
        Variant21( i8),
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant4 { field_5: <f32>::any(random), field_6: <IntOrString>::any(random), field_7: <E8>::any(random), field_12: <IpAddr>::any(random),  }, 1 => Self::Variant13 { field_14: random.word(3, 9), field_15: <E16>::any(random), field_19: (0..random.below(7 + 1)).map(|_| random.word(1, 7)).collect(), field_20: <i32>::any(random),  }, 2 => Self::Variant21(<i8>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E23 {
        /// A name.
        Name24,
        /// A name.
        Name25,
        /// A name.
        Name26,
    }
    impl Any for E23 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name24, 1 => Self::Name25, 2 => Self::Name26, _ => Self::Name26 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S1 {
        pub field_2: Vec<E3>,
        pub field_22: BTreeMap<String, E23>,
        /// A field.
        pub field_27: IntOrString,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Vec<E3>>::any(random), field_22: <BTreeMap<String, E23>>::any(random), field_27: <IntOrString>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t2 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1(#[schemars(length(max = 6), inner(length(min = 1, max = 6)))] Vec<String>);
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self((0..random.below(6 + 1)).map(|_| random.word(1, 6)).collect())
        }
    }
    pub type Top = S1;
}

mod t3 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E3 {
        Name4,
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name4, _ => Self::Name4 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S6 {
    }
    impl Any for S6 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        pub field_2: E3,
        #[serde(flatten)]
        pub field_5: S6,
        #[schemars(regex(pattern = "^[a-z]+$"))]
        pub field_7: String,
        pub field_8: Box<Vec<BTreeSet<String>>>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <E3>::any(random), field_5: <S6>::any(random), field_7: random.word(1, 9), field_8: <Box<Vec<BTreeSet<String>>>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t4 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        /// A variant.
        Variant2,
        Variant3,
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant2, 1 => Self::Variant3, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t5 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E4 {
        /// A name.
        Name5,
        /// A name.
        Name6,
        /// A name.
        Name7,
    }
    impl Any for E4 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name5, 1 => Self::Name6, 2 => Self::Name7, _ => Self::Name7 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E11 {
        Name12,
        Name13,
    }
    impl Any for E11 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name12, 1 => Self::Name13, _ => Self::Name13 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S9 {
        #[serde(rename = "renamed-14")]
        pub field_10: E11,
    }
    impl Any for S9 {
        fn any(random: &mut Random) -> Self {
            Self { field_10: <E11>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        Variant2 {
        /// A field.
        field_3: E4,
        #[serde(default)]
        field_8: Vec<S9>,
        field_15: u32,
        },
        Variant16 {
        field_17: BTreeMap<u16, i32>,
        /// A field.
        #[serde(rename = "renamed-19", default)]
        field_18: Vec<Option<i32>>,
        #[serde(rename = "renamed-21")]
        field_20: BTreeMap<u16, char>,
        /// A field.
        field_22: HashMap<String, String>,
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant2 { field_3: <E4>::any(random), field_8: <Vec<S9>>::any(random), field_15: <u32>::any(random),  }, 1 => Self::Variant16 { field_17: <BTreeMap<u16, i32>>::any(random), field_18: <Vec<Option<i32>>>::any(random), field_20: <BTreeMap<u16, char>>::any(random), field_22: <HashMap<String, String>>::any(random),  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t6 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E2 {
        /// A name.
        Name3,
    }
    impl Any for E2 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name3, _ => Self::Name3 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1( E2);
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self(<E2>::any(random))
        }
    }
    pub type Top = S1;
}

mod t7 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        Name2,
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name2, _ => Self::Name2 }
        }
    }
    pub type Top = E1;
}

mod t8 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t9 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E3 {
        Name4,
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name4, _ => Self::Name4 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E8 {
        /// A name.
        Name9,
        /// A name.
        Name10,
        /// A name.
        Name11,
    }
    impl Any for E8 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name9, 1 => Self::Name10, 2 => Self::Name11, _ => Self::Name11 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E15 {
        Name16,
        Name17,
        Name18,
    }
    impl Any for E15 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name16, 1 => Self::Name17, 2 => Self::Name18, _ => Self::Name18 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E1 {
        /// A variant.
        Variant2( E3),
        /// A variant.
        Variant5 {
        /// A field.
        #[schemars(range(min = 2, max = 3))]
        field_6: i32,
        /// A field.
        field_7: E8,
        /// A field.
        #[serde(alias = "alias13")]
        field_12: char,
        },
        /// A variant.
        Variant14( BTreeMap<u16, E15>),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2(<E3>::any(random)), 1 => Self::Variant5 { field_6: random.int(2, 3) as i32, field_7: <E8>::any(random), field_12: <char>::any(random),  }, 2 => Self::Variant14(<BTreeMap<u16, E15>>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t10 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E4 {
        Name5,
    }
    impl Any for E4 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name5, _ => Self::Name5 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S7 {
        pub field_8: String,
    }
    impl Any for S7 {
        fn any(random: &mut Random) -> Self {
            Self { field_8: <String>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    /// A struct.
    pub struct S1 {
        #[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))]
        pub field_2: String,
        pub field_3: E4,
        pub field_6: S7,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: random.word(3, 9), field_3: <E4>::any(random), field_6: <S7>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t11 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t12 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S3 {
        pub field_4: Value,
        pub field_5: u32,
        pub field_6: Box<i32>,
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self { field_4: <Value>::any(random), field_5: <u32>::any(random), field_6: <Box<i32>>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        pub field_2: S3,
        /// A field.
        pub field_7: Option<i8>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random), field_7: if random.one_in(2) { None } else { Some(<i8>::any(random)) },  }
        }
    }
    pub type Top = S1;
}

mod t13 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E6 {
        /// A name.
        Name7,
        /// A name.
        Name8,
    }
    impl Any for E6 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name7, 1 => Self::Name8, _ => Self::Name8 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E3 {
        Variant4 {
        #[serde(skip_deserializing)]
        field_5: Vec<E6>,
        field_9: IntOrString,
        #[serde(alias = "alias11")]
        field_10: Vec<i64>,
        },
        Variant12( Box<i64>),
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant4 { field_5: <Vec<E6>>::any(random), field_9: <IntOrString>::any(random), field_10: <Vec<i64>>::any(random),  }, 1 => Self::Variant12(<Box<i64>>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E23 {
        Name24,
        Name25,
    }
    impl Any for E23 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name24, 1 => Self::Name25, _ => Self::Name25 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E20 {
        Variant21( IntOrString),
        Variant22( E23),
    }
    impl Any for E20 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant21(<IntOrString>::any(random)), 1 => Self::Variant22(<E23>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E14 {
        /// A variant.
        Variant15 {
        field_16: BTreeSet<String>,
        /// A field.
        #[schemars(regex(pattern = "^[a-z]+$"))]
        field_17: String,
        /// A field.
        #[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))]
        field_18: Option<String>,
        field_19: E20,
        },
        Variant26( u16),
    }
    impl Any for E14 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant15 { field_16: <BTreeSet<String>>::any(random), field_17: random.word(1, 9), field_18: if random.one_in(2) { None } else { Some(random.word(3, 9)) }, field_19: <E20>::any(random),  }, 1 => Self::Variant26(<u16>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        pub field_2: E3,
        #[serde(flatten)]
        pub field_13: E14,
        pub field_27: f32,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <E3>::any(random), field_13: <E14>::any(random), field_27: <f32>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t14 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        pub field_2: Option<Option<f32>>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: if random.one_in(2) { None } else { Some(if random.one_in(2) { None } else { Some(<f32>::any(random)) }) },  }
        }
    }
    pub type Top = S1;
}

mod t15 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        pub field_2: Quantity,
        pub field_3: i32,
        /// A field.
        pub field_4: u8,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Quantity>::any(random), field_3: <i32>::any(random), field_4: <u8>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t16 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E5 {
        /// A name.
        Name6,
    }
    impl Any for E5 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name6, _ => Self::Name6 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E8 {
        /// A variant.
        Variant9( char),
        Variant10( u8),
        Variant11 {
        },
    }
    impl Any for E8 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant9(<char>::any(random)), 1 => Self::Variant10(<u8>::any(random)), 2 => Self::Variant11 {  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E1 {
        Variant2 {
        #[serde(skip_deserializing)]
        field_3: Option<Box<i8>>,
        field_4: E5,
        field_7: E8,
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant2 { field_3: if random.one_in(2) { None } else { Some(<Box<i8>>::any(random)) }, field_4: <E5>::any(random), field_7: <E8>::any(random),  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t17 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E9 {
        /// A name.
        Name10,
        /// A name.
        Name11,
        /// A name.
        Name12,
    }
    impl Any for E9 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name10, 1 => Self::Name11, 2 => Self::Name12, _ => Self::Name12 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S14 {
    }
    impl Any for S14 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E21 {
        Name22,
        Name23,
    }
    impl Any for E21 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name22, 1 => Self::Name23, _ => Self::Name23 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E25 {
        /// A name.
        Name26,
        /// A name.
        Name27,
    }
    impl Any for E25 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name26, 1 => Self::Name27, _ => Self::Name27 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E17 {
        Variant18 {
        field_19: char,
        /// A field.
        field_20: E21,
        field_24: E25,
        field_28: u32,
        },
    }
    impl Any for E17 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant18 { field_19: <char>::any(random), field_20: <E21>::any(random), field_24: <E25>::any(random), field_28: <u32>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        /// A variant.
        Variant2 {
        },
        Variant3 {
        field_4: BTreeMap<u16, IntOrString>,
        field_5: Box<Vec<bool>>,
        #[schemars(regex(pattern = "^[a-z]+$"))]
        field_6: String,
        },
        /// A variant.
        Variant7 {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field_8: Option<E9>,
        field_13: S14,
        /// A field.
        field_15: IntOrString,
        field_16: E17,
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 {  }, 1 => Self::Variant3 { field_4: <BTreeMap<u16, IntOrString>>::any(random), field_5: <Box<Vec<bool>>>::any(random), field_6: random.word(1, 9),  }, 2 => Self::Variant7 { field_8: if random.one_in(2) { None } else { Some(<E9>::any(random)) }, field_13: <S14>::any(random), field_15: <IntOrString>::any(random), field_16: <E17>::any(random),  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t18 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t19 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S5 {
        #[serde(rename = "renamed-7", default)]
        pub field_6: i64,
        /// A field.
        pub field_8: Option<HashMap<String, u32>>,
    }
    impl Any for S5 {
        fn any(random: &mut Random) -> Self {
            Self { field_6: <i64>::any(random), field_8: if random.one_in(2) { None } else { Some(<HashMap<String, u32>>::any(random)) },  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[serde(alias = "alias3")]
        pub field_2: BTreeSet<String>,
        #[serde(flatten)]
        pub field_4: S5,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <BTreeSet<String>>::any(random), field_4: <S5>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t20 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S2( Option<u16>);
    impl Any for S2 {
        fn any(random: &mut Random) -> Self {
            Self(if random.one_in(2) { None } else { Some(<u16>::any(random)) })
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(transparent)]
    pub struct S1( S2);
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self(<S2>::any(random))
        }
    }
    pub type Top = S1;
}

mod t21 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E13 {
        Name14,
        Name15,
    }
    impl Any for E13 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name14, 1 => Self::Name15, _ => Self::Name15 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E8 {
        /// A variant.
        Variant9(#[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))] String),
        Variant10 {
        field_11: Value,
        field_12: E13,
        },
    }
    impl Any for E8 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant9(random.word(3, 9)), 1 => Self::Variant10 { field_11: <Value>::any(random), field_12: <E13>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S5 {
        #[serde(flatten)]
        pub field_6: BTreeMap<String, Value>,
        #[serde(flatten)]
        pub field_7: Option<E8>,
    }
    impl Any for S5 {
        fn any(random: &mut Random) -> Self {
            Self { field_6: (0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect(), field_7: <Option<E8>>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E24 {
        Name25,
    }
    impl Any for E24 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name25, _ => Self::Name25 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S23( E24);
    impl Any for S23 {
        fn any(random: &mut Random) -> Self {
            Self(<E24>::any(random))
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type")]
    pub enum E1 {
        /// A variant.
        Variant2 {
        field_3: u16,
        field_4: S5,
        field_16: Value,
        },
        Variant17 {
        field_18: Value,
        /// A field.
        #[serde(default)]
        field_19: Option<Option<Ipv4Addr>>,
        },
        Variant20 {
        /// A field.
        #[serde(default)]
        field_21: Vec<String>,
        #[serde(alias = "alias26")]
        field_22: Option<S23>,
        #[schemars(regex(pattern = "^[a-z]+$"))]
        field_27: String,
        #[serde(default)]
        field_28: BTreeSet<String>,
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 { field_3: <u16>::any(random), field_4: <S5>::any(random), field_16: <Value>::any(random),  }, 1 => Self::Variant17 { field_18: <Value>::any(random), field_19: if random.one_in(2) { None } else { Some(if random.one_in(2) { None } else { Some(<Ipv4Addr>::any(random)) }) },  }, 2 => Self::Variant20 { field_21: <Vec<String>>::any(random), field_22: if random.one_in(2) { None } else { Some(<S23>::any(random)) }, field_27: random.word(1, 9), field_28: <BTreeSet<String>>::any(random),  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t22 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E9 {
        Name10,
        Name11,
        Name12,
    }
    impl Any for E9 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name10, 1 => Self::Name11, 2 => Self::Name12, _ => Self::Name12 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E7 {
        Variant8( E9),
        Variant13 {
        },
    }
    impl Any for E7 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant8(<E9>::any(random)), 1 => Self::Variant13 {  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E15 {
        Variant16( String),
        /// A variant.
        Variant17( i32),
    }
    impl Any for E15 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant16(<String>::any(random)), 1 => Self::Variant17(<i32>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S4 {
        #[serde(flatten)]
        pub field_5: BTreeMap<String, Value>,
        #[serde(flatten)]
        pub field_6: Option<E7>,
        #[serde(flatten)]
        pub field_14: E15,
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self { field_5: (0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect(), field_6: <Option<E7>>::any(random), field_14: <E15>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E19 {
        Name20,
        Name21,
    }
    impl Any for E19 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name20, 1 => Self::Name21, _ => Self::Name21 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E1 {
        Variant2 {
        field_3: S4,
        field_18: E19,
        field_22: Box<Option<f64>>,
        },
        Variant23( u16),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant2 { field_3: <S4>::any(random), field_18: <E19>::any(random), field_22: <Box<Option<f64>>>::any(random),  }, 1 => Self::Variant23(<u16>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t23 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E3 {
        Name4,
        Name5,
        Name6,
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name4, 1 => Self::Name5, 2 => Self::Name6, _ => Self::Name6 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        /// A field.
        #[serde(alias = "alias7")]
        pub field_2: Box<Vec<Option<E3>>>,
        /// A field.
        #[serde(rename = "renamed-9")]
        pub field_8: u32,
        /// A field.
        pub field_10: Option<BTreeSet<String>>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Box<Vec<Option<E3>>>>::any(random), field_8: <u32>::any(random), field_10: if random.one_in(2) { None } else { Some(<BTreeSet<String>>::any(random)) },  }
        }
    }
    pub type Top = S1;
}

mod t24 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E3 {
        Name4,
        Name5,
        Name6,
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name4, 1 => Self::Name5, 2 => Self::Name6, _ => Self::Name6 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E9 {
        /// A name.
        Name10,
    }
    impl Any for E9 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name10, _ => Self::Name10 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        pub field_2: E3,
        #[serde(skip_deserializing)]
        pub field_7: Vec<Quantity>,
        pub field_8: E9,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <E3>::any(random), field_7: <Vec<Quantity>>::any(random), field_8: <E9>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t25 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E3 {
        Name4,
        Name5,
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name4, 1 => Self::Name5, _ => Self::Name5 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S7 {
    }
    impl Any for S7 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        pub field_2: E3,
        #[serde(flatten)]
        pub field_6: S7,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <E3>::any(random), field_6: <S7>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t26 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E12 {
        Name13,
    }
    impl Any for E12 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name13, _ => Self::Name13 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E10 {
        Variant11( E12),
        /// A variant.
        Variant14( IntOrString),
        Variant15(#[schemars(regex(pattern = "^[a-z]+$"))] String),
    }
    impl Any for E10 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant11(<E12>::any(random)), 1 => Self::Variant14(<IntOrString>::any(random)), 2 => Self::Variant15(random.word(1, 9)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E20 {
        Name21,
    }
    impl Any for E20 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name21, _ => Self::Name21 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E17 {
        Variant18( i16),
        Variant19( E20),
        Variant22( f32),
    }
    impl Any for E17 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant18(<i16>::any(random)), 1 => Self::Variant19(<E20>::any(random)), 2 => Self::Variant22(<f32>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S8 {
        #[serde(flatten)]
        pub field_9: E10,
        #[serde(flatten)]
        pub field_16: E17,
    }
    impl Any for S8 {
        fn any(random: &mut Random) -> Self {
            Self { field_9: <E10>::any(random), field_16: <E17>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E1 {
        Variant2 {
        #[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))]
        field_3: String,
        #[schemars(length(max = 8), inner(length(min = 1, max = 8)))]
        #[serde(alias = "alias5")]
        field_4: Vec<String>,
        field_6: i64,
        field_7: S8,
        },
        /// A variant.
        Variant23 {
        },
        /// A variant.
        Variant24( HashMap<String, String>),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 { field_3: random.word(3, 9), field_4: (0..random.below(8 + 1)).map(|_| random.word(1, 8)).collect(), field_6: <i64>::any(random), field_7: <S8>::any(random),  }, 1 => Self::Variant23 {  }, 2 => Self::Variant24(<HashMap<String, String>>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t27 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        /// A variant.
        Variant2( IntOrString),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant2(<IntOrString>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t28 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E6 {
        Name7,
        Name8,
        Name9,
    }
    impl Any for E6 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name7, 1 => Self::Name8, 2 => Self::Name9, _ => Self::Name9 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E11 {
        Variant12( Quantity),
        Variant13( Box<u8>),
    }
    impl Any for E11 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant12(<Quantity>::any(random)), 1 => Self::Variant13(<Box<u8>>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    /// A struct.
    pub struct S1 {
        #[serde(alias = "alias3")]
        pub field_2: IpAddr,
        /// A field.
        pub field_4: BTreeSet<String>,
        pub field_5: Box<Box<E6>>,
        pub field_10: E11,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <IpAddr>::any(random), field_4: <BTreeSet<String>>::any(random), field_5: <Box<Box<E6>>>::any(random), field_10: <E11>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t29 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E4 {
        Variant5 {
        /// A field.
        #[serde(rename = "renamed-7")]
        field_6: u8,
        field_8: Option<f64>,
        field_9: i32,
        },
    }
    impl Any for E4 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant5 { field_6: <u8>::any(random), field_8: if random.one_in(2) { None } else { Some(<f64>::any(random)) }, field_9: <i32>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    /// A struct.
    pub struct S1 {
        pub field_2: Vec<Box<String>>,
        #[serde(flatten)]
        pub field_3: E4,
        #[serde(rename = "renamed-11", default)]
        pub field_10: Vec<BTreeSet<String>>,
        /// A field.
        pub field_12: Vec<u64>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Vec<Box<String>>>::any(random), field_3: <E4>::any(random), field_10: <Vec<BTreeSet<String>>>::any(random), field_12: <Vec<u64>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t30 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E7 {
        /// A variant.
        Variant8( u16),
        Variant9 {
        #[serde(default)]
        field_10: String,
        },
    }
    impl Any for E7 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant8(<u16>::any(random)), 1 => Self::Variant9 { field_10: <String>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E4 {
        /// A variant.
        Variant5 {
        field_6: E7,
        field_11: BTreeMap<u16, Vec<String>>,
        field_12: Box<u8>,
        },
        /// A variant.
        Variant13( HashMap<String, String>),
        Variant14( char),
    }
    impl Any for E4 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant5 { field_6: <E7>::any(random), field_11: <BTreeMap<u16, Vec<String>>>::any(random), field_12: <Box<u8>>::any(random),  }, 1 => Self::Variant13(<HashMap<String, String>>::any(random)), 2 => Self::Variant14(<char>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        pub field_2: u16,
        #[serde(rename = "renamed-15")]
        pub field_3: E4,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <u16>::any(random), field_3: <E4>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t31 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E3 {
        /// A name.
        Name4,
        /// A name.
        Name5,
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name4, 1 => Self::Name5, _ => Self::Name5 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S9 {
    }
    impl Any for S9 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[serde(alias = "alias6")]
        pub field_2: Vec<E3>,
        #[serde(flatten)]
        pub field_7: BTreeMap<String, Value>,
        #[serde(alias = "alias10", default)]
        pub field_8: Option<S9>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Vec<E3>>::any(random), field_7: (0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect(), field_8: if random.one_in(2) { None } else { Some(<S9>::any(random)) },  }
        }
    }
    pub type Top = S1;
}

mod t32 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct S1 {
        #[serde(alias = "alias3", default)]
        pub field_2: String,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <String>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t33 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E5 {
        Variant6( f64),
    }
    impl Any for E5 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant6(<f64>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E20 {
        Name21,
        Name22,
        Name23,
    }
    impl Any for E20 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name21, 1 => Self::Name22, 2 => Self::Name23, _ => Self::Name23 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E28 {
        Name29,
        Name30,
        Name31,
    }
    impl Any for E28 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name29, 1 => Self::Name30, 2 => Self::Name31, _ => Self::Name31 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S18 {
        #[serde(rename = "renamed-24")]
        pub field_19: E20,
        pub field_25: f32,
        pub field_26: IpAddr,
        pub field_27: E28,
    }
    impl Any for S18 {
        fn any(random: &mut Random) -> Self {
            Self { field_19: <E20>::any(random), field_25: <f32>::any(random), field_26: <IpAddr>::any(random), field_27: <E28>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E8 {
        /// A variant.
        Variant9( i32),
        Variant10( Option<IpAddr>),
        /// A variant.
        Variant11 {
        #[schemars(length(min = 3, max = 6))]
        field_12: String,
        /// A field.
        field_13: Box<f64>,
        /// A field.
        #[schemars(length(max = 2), inner(length(min = 1, max = 2)))]
        #[serde(rename = "renamed-15", alias = "alias16")]
        field_14: Option<Vec<String>>,
        field_17: S18,
        },
    }
    impl Any for E8 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant9(<i32>::any(random)), 1 => Self::Variant10(if random.one_in(2) { None } else { Some(<IpAddr>::any(random)) }), 2 => Self::Variant11 { field_12: random.word(3, 6), field_13: <Box<f64>>::any(random), field_14: if random.one_in(2) { None } else { Some((0..random.below(2 + 1)).map(|_| random.word(1, 2)).collect()) }, field_17: <S18>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        #[serde(default)]
        pub field_2: String,
        /// A field.
        pub field_3: i32,
        /// A field.
        pub field_4: Box<E5>,
        #[serde(flatten)]
        pub field_7: E8,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <String>::any(random), field_3: <i32>::any(random), field_4: <Box<E5>>::any(random), field_7: <E8>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t34 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[serde(deny_unknown_fields)]
    pub struct S1 {
        pub field_2: Option<u64>,
        pub field_3: Option<i64>,
        pub field_4: Box<BTreeSet<String>>,
        /// A field.
        #[serde(rename = "renamed-6", default)]
        pub field_5: i32,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: if random.one_in(2) { None } else { Some(<u64>::any(random)) }, field_3: if random.one_in(2) { None } else { Some(<i64>::any(random)) }, field_4: <Box<BTreeSet<String>>>::any(random), field_5: <i32>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t35 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S5 {
        pub field_6: u32,
    }
    impl Any for S5 {
        fn any(random: &mut Random) -> Self {
            Self { field_6: <u32>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S3 {
        #[serde(flatten)]
        pub field_4: S5,
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self { field_4: <S5>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        pub field_2: S3,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t36 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E5 {
        Name6,
        Name7,
        Name8,
    }
    impl Any for E5 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name6, 1 => Self::Name7, 2 => Self::Name8, _ => Self::Name8 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E14 {
        Variant15( String),
        Variant16 {
        /// A field.
        #[serde(alias = "alias18")]
        field_17: u16,
        },
    }
    impl Any for E14 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant15(<String>::any(random)), 1 => Self::Variant16 { field_17: <u16>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E21 {
        Variant22( RawExtension),
        /// A variant.
        Variant23 {
        },
        Variant24( u64),
    }
    impl Any for E21 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant22(<RawExtension>::any(random)), 1 => Self::Variant23 {  }, 2 => Self::Variant24(<u64>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E10 {
        Variant11 {
        },
        Variant12 {
        /// A field.
        field_13: E14,
        field_19: i32,
        /// A field.
        field_20: E21,
        #[serde(rename = "renamed-26")]
        field_25: f64,
        },
        Variant27( Box<String>),
    }
    impl Any for E10 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant11 {  }, 1 => Self::Variant12 { field_13: <E14>::any(random), field_19: <i32>::any(random), field_20: <E21>::any(random), field_25: <f64>::any(random),  }, 2 => Self::Variant27(<Box<String>>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    /// A struct.
    pub struct S1 {
        #[serde(rename = "renamed-3")]
        pub field_2: BTreeSet<String>,
        /// A field.
        #[serde(skip_deserializing)]
        pub field_4: Vec<BTreeMap<u16, E5>>,
        #[serde(flatten)]
        pub field_9: Option<E10>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <BTreeSet<String>>::any(random), field_4: <Vec<BTreeMap<u16, E5>>>::any(random), field_9: <Option<E10>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t37 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E10 {
        Variant11( IpAddr),
    }
    impl Any for E10 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant11(<IpAddr>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E3 {
        Variant4 {
        field_5: Value,
        },
        Variant6 {
        field_7: f64,
        field_8: i64,
        field_9: E10,
        },
        Variant12( i16),
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant4 { field_5: <Value>::any(random),  }, 1 => Self::Variant6 { field_7: <f64>::any(random), field_8: <i64>::any(random), field_9: <E10>::any(random),  }, 2 => Self::Variant12(<i16>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[serde(deny_unknown_fields)]
    /// A struct.
    pub struct S1 {
        pub field_2: E3,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <E3>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t38 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E10 {
        /// A name.
        Name11,
        /// A name.
        Name12,
    }
    impl Any for E10 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name11, 1 => Self::Name12, _ => Self::Name12 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E18 {
        Name19,
        Name20,
    }
    impl Any for E18 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name19, 1 => Self::Name20, _ => Self::Name20 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S8 {
        #[serde(default)]
        pub field_9: HashMap<String, E10>,
        /// A field.
        #[serde(rename = "renamed-14")]
        pub field_13: Box<bool>,
        #[schemars(length(max = 3), inner(length(min = 1, max = 3)))]
        #[serde(alias = "alias16")]
        pub field_15: Vec<String>,
        pub field_17: E18,
    }
    impl Any for S8 {
        fn any(random: &mut Random) -> Self {
            Self { field_9: <HashMap<String, E10>>::any(random), field_13: <Box<bool>>::any(random), field_15: (0..random.below(3 + 1)).map(|_| random.word(1, 3)).collect(), field_17: <E18>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S23 {
    }
    impl Any for S23 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S4 {
        #[serde(rename = "renamed-6")]
        pub field_5: Vec<HashMap<String, i16>>,
        #[serde(rename = "renamed-21")]
        pub field_7: S8,
        #[serde(flatten)]
        pub field_22: S23,
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self { field_5: <Vec<HashMap<String, i16>>>::any(random), field_7: <S8>::any(random), field_22: <S23>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E26 {
        Variant27 {
        #[schemars(regex(pattern = "^[a-z]+$"))]
        field_28: String,
        },
    }
    impl Any for E26 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant27 { field_28: random.word(1, 9),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E33 {
        Name34,
        Name35,
        Name36,
    }
    impl Any for E33 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name34, 1 => Self::Name35, 2 => Self::Name36, _ => Self::Name36 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S30 {
        /// A field.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub field_31: Option<BTreeSet<String>>,
        #[serde(rename = "renamed-37", default)]
        pub field_32: Option<E33>,
        /// A field.
        pub field_38: i8,
    }
    impl Any for S30 {
        fn any(random: &mut Random) -> Self {
            Self { field_31: if random.one_in(2) { None } else { Some(<BTreeSet<String>>::any(random)) }, field_32: if random.one_in(2) { None } else { Some(<E33>::any(random)) }, field_38: <i8>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        #[serde(default)]
        pub field_2: String,
        /// A field.
        #[serde(rename = "renamed-24")]
        pub field_3: S4,
        #[serde(flatten)]
        pub field_25: E26,
        #[serde(flatten)]
        pub field_29: S30,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <String>::any(random), field_3: <S4>::any(random), field_25: <E26>::any(random), field_29: <S30>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t39 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E2 {
        Name3,
        Name4,
        Name5,
    }
    impl Any for E2 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name3, 1 => Self::Name4, 2 => Self::Name5, _ => Self::Name5 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1( E2);
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self(<E2>::any(random))
        }
    }
    pub type Top = S1;
}

mod t40 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E4 {
        Name5,
        Name6,
        Name7,
    }
    impl Any for E4 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name5, 1 => Self::Name6, 2 => Self::Name7, _ => Self::Name7 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E1 {
        /// A variant.
        Variant2 {
        field_3: Box<E4>,
        /// A field.
        #[serde(rename = "renamed-9")]
        field_8: Option<String>,
        #[serde(rename = "renamed-11")]
        field_10: RawExtension,
        },
        Variant12 {
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant2 { field_3: <Box<E4>>::any(random), field_8: if random.one_in(2) { None } else { Some(<String>::any(random)) }, field_10: <RawExtension>::any(random),  }, 1 => Self::Variant12 {  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t41 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E9 {
        Name10,
        Name11,
        Name12,
    }
    impl Any for E9 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name10, 1 => Self::Name11, 2 => Self::Name12, _ => Self::Name12 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E1 {
        /// A variant.
        Variant2 {
        #[serde(alias = "alias4")]
        field_3: char,
        /// A field.
        #[serde(rename = "renamed-6", alias = "alias7")]
        field_5: Option<Ipv4Addr>,
        },
        /// A variant.
        Variant8( E9),
        Variant13( BTreeMap<String, Vec<bool>>),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 { field_3: <char>::any(random), field_5: if random.one_in(2) { None } else { Some(<Ipv4Addr>::any(random)) },  }, 1 => Self::Variant8(<E9>::any(random)), 2 => Self::Variant13(<BTreeMap<String, Vec<bool>>>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t42 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S4 {
        #[serde(flatten)]
        pub field_5: BTreeMap<String, Value>,
        #[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))]
        pub field_6: Option<String>,
        #[serde(default)]
        pub field_7: String,
        pub field_8: Box<Vec<String>>,
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self { field_5: (0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect(), field_6: if random.one_in(2) { None } else { Some(random.word(3, 9)) }, field_7: <String>::any(random), field_8: <Box<Vec<String>>>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E11 {
        Variant12 {
        /// A field.
        field_13: RawExtension,
        },
        /// A variant.
        Variant14 {
        },
        Variant15( String),
    }
    impl Any for E11 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant12 { field_13: <RawExtension>::any(random),  }, 1 => Self::Variant14 {  }, 2 => Self::Variant15(<String>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S1 {
        /// A field.
        #[serde(default)]
        pub field_2: BTreeSet<String>,
        #[serde(rename = "renamed-9")]
        pub field_3: Box<S4>,
        pub field_10: E11,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <BTreeSet<String>>::any(random), field_3: <Box<S4>>::any(random), field_10: <E11>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t43 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S3 {
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        /// A field.
        #[serde(default)]
        pub field_2: Vec<S3>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Vec<S3>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t44 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E5 {
        Variant6( i16),
        Variant7(#[schemars(range(min = 3, max = 6))] i32),
        Variant8(#[schemars(length(min = 1, max = 4))] String),
    }
    impl Any for E5 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant6(<i16>::any(random)), 1 => Self::Variant7(random.int(3, 6) as i32), 2 => Self::Variant8(random.word(1, 4)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct S1 {
        #[serde(alias = "alias3")]
        pub field_2: RawExtension,
        pub field_4: Vec<E5>,
        /// A field.
        pub field_9: Value,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <RawExtension>::any(random), field_4: <Vec<E5>>::any(random), field_9: <Value>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t45 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S4 {
        #[serde(alias = "alias6", skip_deserializing)]
        pub field_5: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub field_7: Option<u16>,
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self { field_5: <String>::any(random), field_7: if random.one_in(2) { None } else { Some(<u16>::any(random)) },  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        #[serde(default)]
        pub field_2: bool,
        #[serde(flatten)]
        pub field_3: S4,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <bool>::any(random), field_3: <S4>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t46 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S1 {
        #[schemars(length(min = 2, max = 5))]
        pub field_2: String,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: random.word(2, 5),  }
        }
    }
    pub type Top = S1;
}

mod t47 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    /// A struct.
    pub struct S4 {
        #[serde(skip_deserializing)]
        pub field_5: u64,
        /// A field.
        #[serde(rename = "renamed-7")]
        pub field_6: u32,
        pub field_8: u16,
        #[schemars(length(max = 1), inner(length(min = 1, max = 1)))]
        pub field_9: Vec<String>,
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self { field_5: <u64>::any(random), field_6: <u32>::any(random), field_8: <u16>::any(random), field_9: (0..random.below(1 + 1)).map(|_| random.word(1, 1)).collect(),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E16 {
        Name17,
    }
    impl Any for E16 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name17, _ => Self::Name17 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E19 {
        /// A name.
        Name20,
        /// A name.
        Name21,
        /// A name.
        Name22,
    }
    impl Any for E19 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name20, 1 => Self::Name21, 2 => Self::Name22, _ => Self::Name22 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct S28 {
    }
    impl Any for S28 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type")]
    pub enum E1 {
        Variant2 {
        field_3: Box<S4>,
        /// A field.
        field_10: f64,
        },
        /// A variant.
        Variant11 {
        #[serde(rename = "renamed-13", skip_deserializing)]
        field_12: u16,
        field_14: BTreeSet<String>,
        /// A field.
        field_15: BTreeMap<String, E16>,
        /// A field.
        field_18: E19,
        },
        Variant23 {
        /// A field.
        #[schemars(regex(pattern = "^[a-z]+$"))]
        #[serde(rename = "renamed-25", alias = "alias26")]
        field_24: String,
        #[serde(skip_deserializing)]
        field_27: BTreeMap<u16, S28>,
        field_29: i32,
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 { field_3: <Box<S4>>::any(random), field_10: <f64>::any(random),  }, 1 => Self::Variant11 { field_12: <u16>::any(random), field_14: <BTreeSet<String>>::any(random), field_15: <BTreeMap<String, E16>>::any(random), field_18: <E19>::any(random),  }, 2 => Self::Variant23 { field_24: random.word(1, 9), field_27: <BTreeMap<u16, S28>>::any(random), field_29: <i32>::any(random),  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t48 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S7 {
        #[serde(alias = "alias9")]
        pub field_8: IntOrString,
        #[serde(default)]
        pub field_10: BTreeMap<u16, String>,
        /// A field.
        pub field_11: f32,
        pub field_12: Value,
    }
    impl Any for S7 {
        fn any(random: &mut Random) -> Self {
            Self { field_8: <IntOrString>::any(random), field_10: <BTreeMap<u16, String>>::any(random), field_11: <f32>::any(random), field_12: <Value>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E14 {
        Name15,
        Name16,
    }
    impl Any for E14 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name15, 1 => Self::Name16, _ => Self::Name16 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S4 {
        #[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))]
        pub field_5: String,
        #[serde(flatten)]
        pub field_6: S7,
        /// A field.
        #[serde(rename = "renamed-17")]
        pub field_13: E14,
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self { field_5: random.word(3, 9), field_6: <S7>::any(random), field_13: <E14>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        pub field_2: Value,
        /// A field.
        pub field_3: S4,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Value>::any(random), field_3: <S4>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t49 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E1 {
        /// A variant.
        Variant2( BTreeSet<String>),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant2(<BTreeSet<String>>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t50 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S4 {
        /// A field.
        pub field_5: RawExtension,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub field_6: Option<Option<String>>,
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self { field_5: <RawExtension>::any(random), field_6: if random.one_in(2) { None } else { Some(if random.one_in(2) { None } else { Some(<String>::any(random)) }) },  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E11 {
        /// A name.
        Name12,
        /// A name.
        Name13,
        /// A name.
        Name14,
    }
    impl Any for E11 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name12, 1 => Self::Name13, 2 => Self::Name14, _ => Self::Name14 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E16 {
        Variant17 {
        /// A field.
        field_18: f64,
        field_19: u8,
        /// A field.
        #[serde(alias = "alias21", default)]
        field_20: u32,
        field_22: f32,
        },
    }
    impl Any for E16 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant17 { field_18: <f64>::any(random), field_19: <u8>::any(random), field_20: <u32>::any(random), field_22: <f32>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E24 {
        /// A name.
        Name25,
        /// A name.
        Name26,
    }
    impl Any for E24 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name25, 1 => Self::Name26, _ => Self::Name26 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S9 {
        pub field_10: E11,
        pub field_15: E16,
        #[serde(default)]
        pub field_23: HashMap<String, E24>,
        pub field_27: RawExtension,
    }
    impl Any for S9 {
        fn any(random: &mut Random) -> Self {
            Self { field_10: <E11>::any(random), field_15: <E16>::any(random), field_23: <HashMap<String, E24>>::any(random), field_27: <RawExtension>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        /// A field.
        pub field_2: BTreeMap<String, Option<String>>,
        #[serde(flatten)]
        pub field_3: S4,
        pub field_7: Box<String>,
        #[serde(flatten)]
        pub field_8: S9,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <BTreeMap<String, Option<String>>>::any(random), field_3: <S4>::any(random), field_7: <Box<String>>::any(random), field_8: <S9>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t51 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t52 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E6 {
        /// A name.
        Name7,
        /// A name.
        Name8,
    }
    impl Any for E6 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name7, 1 => Self::Name8, _ => Self::Name8 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E11 {
        Name12,
        Name13,
        Name14,
    }
    impl Any for E11 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name12, 1 => Self::Name13, 2 => Self::Name14, _ => Self::Name14 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E19 {
        /// A name.
        Name20,
    }
    impl Any for E19 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name20, _ => Self::Name20 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        Variant2 {
        field_3: Option<String>,
        },
        Variant4 {
        field_5: Option<E6>,
        field_9: u8,
        field_10: E11,
        /// A field.
        #[serde(rename = "renamed-16")]
        field_15: Box<Box<char>>,
        },
        Variant17 {
        field_18: E19,
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 { field_3: if random.one_in(2) { None } else { Some(<String>::any(random)) },  }, 1 => Self::Variant4 { field_5: if random.one_in(2) { None } else { Some(<E6>::any(random)) }, field_9: <u8>::any(random), field_10: <E11>::any(random), field_15: <Box<Box<char>>>::any(random),  }, 2 => Self::Variant17 { field_18: <E19>::any(random),  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t53 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[schemars(length(max = 7), inner(length(min = 1, max = 7)))]
        pub field_2: Vec<String>,
        pub field_3: Box<String>,
        pub field_4: f32,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: (0..random.below(7 + 1)).map(|_| random.word(1, 7)).collect(), field_3: <Box<String>>::any(random), field_4: <f32>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t54 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t55 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type")]
    pub enum E1 {
        Variant2 {
        },
        Variant3 {
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant2 {  }, 1 => Self::Variant3 {  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t56 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S3 {
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[serde(flatten)]
        pub field_2: S3,
        #[serde(flatten)]
        pub field_4: BTreeMap<String, Value>,
        /// A field.
        #[serde(rename = "renamed-6")]
        pub field_5: Value,
        /// A field.
        #[serde(default)]
        pub field_7: BTreeMap<String, String>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random), field_4: (0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect(), field_5: <Value>::any(random), field_7: <BTreeMap<String, String>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t57 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E2 {
        Name3,
        Name4,
        Name5,
    }
    impl Any for E2 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name3, 1 => Self::Name4, 2 => Self::Name5, _ => Self::Name5 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1( E2);
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self(<E2>::any(random))
        }
    }
    pub type Top = S1;
}

mod t58 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t59 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t60 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E16 {
        /// A name.
        Name17,
        /// A name.
        Name18,
    }
    impl Any for E16 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name17, 1 => Self::Name18, _ => Self::Name18 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type")]
    pub enum E5 {
        Variant6 {
        #[serde(rename = "renamed-8")]
        field_7: RawExtension,
        /// A field.
        field_9: u64,
        field_10: f32,
        #[serde(alias = "alias12", skip_deserializing)]
        field_11: i8,
        },
        Variant13 {
        field_14: u32,
        /// A field.
        #[serde(rename = "renamed-19")]
        field_15: E16,
        #[schemars(range(min = 2, max = 3))]
        field_20: i64,
        },
    }
    impl Any for E5 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant6 { field_7: <RawExtension>::any(random), field_9: <u64>::any(random), field_10: <f32>::any(random), field_11: <i8>::any(random),  }, 1 => Self::Variant13 { field_14: <u32>::any(random), field_15: <E16>::any(random), field_20: random.int(2, 3) as i64,  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S3 {
        /// A field.
        pub field_4: E5,
        pub field_21: BTreeSet<String>,
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self { field_4: <E5>::any(random), field_21: <BTreeSet<String>>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    /// A struct.
    pub struct S27 {
        #[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))]
        pub field_28: String,
        #[serde(default)]
        pub field_29: bool,
        pub field_30: String,
        /// A field.
        pub field_31: u64,
    }
    impl Any for S27 {
        fn any(random: &mut Random) -> Self {
            Self { field_28: random.word(3, 9), field_29: <bool>::any(random), field_30: <String>::any(random), field_31: <u64>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S33 {
        /// A field.
        pub field_34: IpAddr,
        #[serde(rename = "renamed-36")]
        pub field_35: char,
        pub field_37: RawExtension,
    }
    impl Any for S33 {
        fn any(random: &mut Random) -> Self {
            Self { field_34: <IpAddr>::any(random), field_35: <char>::any(random), field_37: <RawExtension>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S25 {
        pub field_26: S27,
        pub field_32: S33,
        #[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))]
        pub field_38: String,
        #[serde(rename = "renamed-40")]
        pub field_39: Option<i8>,
    }
    impl Any for S25 {
        fn any(random: &mut Random) -> Self {
            Self { field_26: <S27>::any(random), field_32: <S33>::any(random), field_38: random.word(3, 9), field_39: if random.one_in(2) { None } else { Some(<i8>::any(random)) },  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E42 {
        /// A name.
        Name43,
    }
    impl Any for E42 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name43, _ => Self::Name43 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E45 {
        /// A name.
        Name46,
        /// A name.
        Name47,
    }
    impl Any for E45 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name46, 1 => Self::Name47, _ => Self::Name47 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E49 {
        Variant50 {
        /// A field.
        #[schemars(length(min = 3, max = 3))]
        field_51: String,
        },
        /// A variant.
        Variant52 {
        #[serde(default)]
        field_53: String,
        field_54: RawExtension,
        },
    }
    impl Any for E49 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant50 { field_51: random.word(3, 3),  }, 1 => Self::Variant52 { field_53: <String>::any(random), field_54: <RawExtension>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    /// A struct.
    pub struct S23 {
        #[serde(flatten)]
        pub field_24: S25,
        pub field_41: E42,
        /// A field.
        pub field_44: E45,
        pub field_48: E49,
    }
    impl Any for S23 {
        fn any(random: &mut Random) -> Self {
            Self { field_24: <S25>::any(random), field_41: <E42>::any(random), field_44: <E45>::any(random), field_48: <E49>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    /// A struct.
    pub struct S1 {
        pub field_2: S3,
        pub field_22: S23,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random), field_22: <S23>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t61 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        /// A name.
        Name2,
        /// A name.
        Name3,
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name2, 1 => Self::Name3, _ => Self::Name3 }
        }
    }
    pub type Top = E1;
}

mod t62 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        /// A name.
        Name2,
        /// A name.
        Name3,
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name2, 1 => Self::Name3, _ => Self::Name3 }
        }
    }
    pub type Top = E1;
}

mod t63 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S3 {
        pub field_4: BTreeSet<String>,
        #[serde(default)]
        pub field_5: BTreeSet<String>,
        #[schemars(length(min = 1, max = 4))]
        pub field_6: String,
        #[serde(default)]
        pub field_7: u16,
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self { field_4: <BTreeSet<String>>::any(random), field_5: <BTreeSet<String>>::any(random), field_6: random.word(1, 4), field_7: <u16>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S10 {
        /// A field.
        pub field_11: BTreeMap<String, Vec<Value>>,
        /// A field.
        #[serde(rename = "renamed-13", default)]
        pub field_12: Option<BTreeMap<u16, i64>>,
        #[serde(flatten)]
        pub field_14: BTreeMap<String, Value>,
        #[serde(flatten)]
        pub field_15: BTreeMap<String, Value>,
    }
    impl Any for S10 {
        fn any(random: &mut Random) -> Self {
            Self { field_11: <BTreeMap<String, Vec<Value>>>::any(random), field_12: if random.one_in(2) { None } else { Some(<BTreeMap<u16, i64>>::any(random)) }, field_14: (0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect(), field_15: (0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect(),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        pub field_2: S3,
        #[serde(default)]
        pub field_8: u8,
        pub field_9: S10,
        pub field_16: Option<BTreeSet<String>>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random), field_8: <u8>::any(random), field_9: <S10>::any(random), field_16: if random.one_in(2) { None } else { Some(<BTreeSet<String>>::any(random)) },  }
        }
    }
    pub type Top = S1;
}

mod t64 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E14 {
        Name15,
    }
    impl Any for E14 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name15, _ => Self::Name15 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E17 {
        Name18,
        Name19,
        Name20,
    }
    impl Any for E17 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name18, 1 => Self::Name19, 2 => Self::Name20, _ => Self::Name20 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S10 {
        #[serde(alias = "alias12", skip_deserializing)]
        pub field_11: f32,
        pub field_13: E14,
        pub field_16: E17,
        pub field_21: i8,
    }
    impl Any for S10 {
        fn any(random: &mut Random) -> Self {
            Self { field_11: <f32>::any(random), field_13: <E14>::any(random), field_16: <E17>::any(random), field_21: <i8>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S5 {
        #[serde(flatten)]
        pub field_6: BTreeMap<String, Value>,
        /// A field.
        #[serde(rename = "renamed-8")]
        pub field_7: u32,
        #[serde(flatten)]
        pub field_9: S10,
        pub field_22: char,
    }
    impl Any for S5 {
        fn any(random: &mut Random) -> Self {
            Self { field_6: (0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect(), field_7: <u32>::any(random), field_9: <S10>::any(random), field_22: <char>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E24 {
        Name25,
        Name26,
        Name27,
    }
    impl Any for E24 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name25, 1 => Self::Name26, 2 => Self::Name27, _ => Self::Name27 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E32 {
        Name33,
        Name34,
        Name35,
    }
    impl Any for E32 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name33, 1 => Self::Name34, 2 => Self::Name35, _ => Self::Name35 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S30 {
        pub field_31: E32,
        #[serde(flatten)]
        pub field_36: BTreeMap<String, Value>,
        #[serde(alias = "alias38")]
        pub field_37: BTreeSet<String>,
    }
    impl Any for S30 {
        fn any(random: &mut Random) -> Self {
            Self { field_31: <E32>::any(random), field_36: (0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect(), field_37: <BTreeSet<String>>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S3 {
        /// A field.
        pub field_4: S5,
        #[serde(default)]
        pub field_23: Option<E24>,
        /// A field.
        pub field_28: Vec<Vec<String>>,
        /// A field.
        pub field_29: S30,
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self { field_4: <S5>::any(random), field_23: if random.one_in(2) { None } else { Some(<E24>::any(random)) }, field_28: <Vec<Vec<String>>>::any(random), field_29: <S30>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S42 {
        /// A field.
        pub field_43: bool,
    }
    impl Any for S42 {
        fn any(random: &mut Random) -> Self {
            Self { field_43: <bool>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E50 {
        Variant51( String),
        Variant52 {
        /// A field.
        field_53: f64,
        },
        /// A variant.
        Variant54 {
        #[serde(alias = "alias56", default)]
        field_55: String,
        },
    }
    impl Any for E50 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant51(<String>::any(random)), 1 => Self::Variant52 { field_53: <f64>::any(random),  }, 2 => Self::Variant54 { field_55: <String>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E60 {
        /// A variant.
        Variant61 {
        /// A field.
        field_62: f32,
        #[serde(rename = "renamed-64", default)]
        field_63: i16,
        #[serde(rename = "renamed-66")]
        field_65: i8,
        /// A field.
        field_67: u16,
        },
        Variant68( Quantity),
    }
    impl Any for E60 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant61 { field_62: <f32>::any(random), field_63: <i16>::any(random), field_65: <i8>::any(random), field_67: <u16>::any(random),  }, 1 => Self::Variant68(<Quantity>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E45 {
        Variant46 {
        #[serde(rename = "renamed-48")]
        field_47: Box<String>,
        field_49: E50,
        #[schemars(regex(pattern = "^[a-z]+$"))]
        #[serde(rename = "renamed-58")]
        field_57: Option<String>,
        field_59: E60,
        },
    }
    impl Any for E45 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant46 { field_47: <Box<String>>::any(random), field_49: <E50>::any(random), field_57: if random.one_in(2) { None } else { Some(random.word(1, 9)) }, field_59: <E60>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[serde(flatten)]
        pub field_2: S3,
        #[serde(rename = "renamed-40")]
        pub field_39: Option<i32>,
        #[serde(default)]
        pub field_41: HashMap<String, S42>,
        #[serde(flatten)]
        pub field_44: Option<E45>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random), field_39: if random.one_in(2) { None } else { Some(<i32>::any(random)) }, field_41: <HashMap<String, S42>>::any(random), field_44: <Option<E45>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t65 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E4 {
        Variant5( i8),
        Variant6,
    }
    impl Any for E4 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant5(<i8>::any(random)), 1 => Self::Variant6, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E9 {
        /// A name.
        Name10,
        /// A name.
        Name11,
    }
    impl Any for E9 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name10, 1 => Self::Name11, _ => Self::Name11 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E1 {
        /// A variant.
        Variant2 {
        #[serde(rename = "renamed-7")]
        field_3: E4,
        field_8: E9,
        #[serde(alias = "alias13")]
        field_12: i64,
        },
        Variant14 {
        },
        Variant15( Box<Box<String>>),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 { field_3: <E4>::any(random), field_8: <E9>::any(random), field_12: <i64>::any(random),  }, 1 => Self::Variant14 {  }, 2 => Self::Variant15(<Box<Box<String>>>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t66 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E3 {
        Name4,
        Name5,
        Name6,
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name4, 1 => Self::Name5, 2 => Self::Name6, _ => Self::Name6 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E1 {
        /// A variant.
        Variant2( Option<Box<E3>>),
        /// A variant.
        Variant7 {
        /// A field.
        #[serde(rename = "renamed-9")]
        field_8: bool,
        /// A field.
        field_10: u16,
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant2(if random.one_in(2) { None } else { Some(<Box<E3>>::any(random)) }), 1 => Self::Variant7 { field_8: <bool>::any(random), field_10: <u16>::any(random),  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t67 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E4 {
        Name5,
        Name6,
    }
    impl Any for E4 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name5, 1 => Self::Name6, _ => Self::Name6 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        /// A field.
        #[schemars(length(min = 3, max = 7))]
        pub field_2: String,
        /// A field.
        pub field_3: HashMap<String, E4>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: random.word(3, 7), field_3: <HashMap<String, E4>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t68 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E7 {
        Variant8 {
        /// A field.
        #[schemars(regex(pattern = "^[a-z]+$"))]
        field_9: String,
        },
    }
    impl Any for E7 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant8 { field_9: random.word(1, 9),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        #[serde(alias = "alias3", default)]
        pub field_2: Vec<i32>,
        #[serde(rename = "renamed-5")]
        pub field_4: Vec<HashMap<String, String>>,
        pub field_6: E7,
        pub field_10: BTreeSet<String>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Vec<i32>>::any(random), field_4: <Vec<HashMap<String, String>>>::any(random), field_6: <E7>::any(random), field_10: <BTreeSet<String>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t69 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E5 {
        /// A variant.
        Variant6 {
        field_7: Quantity,
        /// A field.
        #[serde(rename = "renamed-9", default)]
        field_8: u16,
        #[schemars(range(min = 2, max = 2))]
        field_10: i32,
        },
        Variant11( f32),
    }
    impl Any for E5 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant6 { field_7: <Quantity>::any(random), field_8: <u16>::any(random), field_10: random.int(2, 2) as i32,  }, 1 => Self::Variant11(<f32>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S14 {
    }
    impl Any for S14 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        /// A field.
        #[serde(alias = "alias3")]
        pub field_2: Box<char>,
        #[serde(rename = "renamed-12")]
        pub field_4: Box<E5>,
        #[serde(flatten)]
        pub field_13: S14,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Box<char>>::any(random), field_4: <Box<E5>>::any(random), field_13: <S14>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t70 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[serde(alias = "alias3", default)]
        pub field_2: i16,
        pub field_4: BTreeSet<String>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <i16>::any(random), field_4: <BTreeSet<String>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t71 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        Name2,
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name2, _ => Self::Name2 }
        }
    }
    pub type Top = E1;
}

mod t72 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S4 {
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S1 {
        pub field_2: BTreeSet<String>,
        #[serde(flatten)]
        pub field_3: S4,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <BTreeSet<String>>::any(random), field_3: <S4>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t73 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        Variant2 {
        field_3: i8,
        /// A field.
        field_4: BTreeSet<String>,
        },
        Variant5( i16),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant2 { field_3: <i8>::any(random), field_4: <BTreeSet<String>>::any(random),  }, 1 => Self::Variant5(<i16>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t74 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t75 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E1 {
        Name2,
        Name3,
        Name4,
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name2, 1 => Self::Name3, 2 => Self::Name4, _ => Self::Name4 }
        }
    }
    pub type Top = E1;
}

mod t76 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        pub field_2: u16,
        pub field_3: Box<BTreeSet<String>>,
        pub field_4: BTreeSet<String>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <u16>::any(random), field_3: <Box<BTreeSet<String>>>::any(random), field_4: <BTreeSet<String>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t77 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S6 {
        /// A field.
        pub field_7: i64,
        #[serde(rename = "renamed-9")]
        pub field_8: u16,
        /// A field.
        #[schemars(regex(pattern = "^[a-z]+$"))]
        pub field_10: String,
    }
    impl Any for S6 {
        fn any(random: &mut Random) -> Self {
            Self { field_7: <i64>::any(random), field_8: <u16>::any(random), field_10: random.word(1, 9),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E12 {
        /// A name.
        Name13,
        /// A name.
        Name14,
    }
    impl Any for E12 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name13, 1 => Self::Name14, _ => Self::Name14 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S16 {
        #[serde(alias = "alias18")]
        pub field_17: Quantity,
        /// A field.
        #[serde(alias = "alias20")]
        pub field_19: u64,
    }
    impl Any for S16 {
        fn any(random: &mut Random) -> Self {
            Self { field_17: <Quantity>::any(random), field_19: <u64>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S4 {
        #[serde(flatten)]
        pub field_5: S6,
        pub field_11: E12,
        pub field_15: S16,
        pub field_21: HashMap<String, String>,
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self { field_5: <S6>::any(random), field_11: <E12>::any(random), field_15: <S16>::any(random), field_21: <HashMap<String, String>>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S23 {
        /// A field.
        pub field_24: String,
    }
    impl Any for S23 {
        fn any(random: &mut Random) -> Self {
            Self { field_24: <String>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E36 {
        Name37,
        Name38,
    }
    impl Any for E36 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name37, 1 => Self::Name38, _ => Self::Name38 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E27 {
        Variant28 {
        /// A field.
        #[serde(skip_deserializing)]
        field_29: i8,
        field_30: u16,
        #[serde(alias = "alias32")]
        field_31: u8,
        },
        Variant33 {
        field_34: char,
        /// A field.
        field_35: E36,
        },
    }
    impl Any for E27 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant28 { field_29: <i8>::any(random), field_30: <u16>::any(random), field_31: <u8>::any(random),  }, 1 => Self::Variant33 { field_34: <char>::any(random), field_35: <E36>::any(random),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type")]
    pub enum E1 {
        Variant2 {
        field_3: S4,
        #[serde(alias = "alias25")]
        field_22: Vec<S23>,
        /// A field.
        field_26: E27,
        field_39: u32,
        },
        Variant40 {
        field_41: Value,
        #[serde(default)]
        field_42: Vec<Vec<u64>>,
        },
        /// A variant.
        Variant43 {
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 { field_3: <S4>::any(random), field_22: <Vec<S23>>::any(random), field_26: <E27>::any(random), field_39: <u32>::any(random),  }, 1 => Self::Variant40 { field_41: <Value>::any(random), field_42: <Vec<Vec<u64>>>::any(random),  }, 2 => Self::Variant43 {  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t78 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S3 {
        /// A field.
        #[serde(alias = "alias5")]
        pub field_4: u8,
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self { field_4: <u8>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S1 {
        pub field_2: S3,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t79 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(transparent)]
    pub struct S1( Box<String>);
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self(<Box<String>>::any(random))
        }
    }
    pub type Top = S1;
}

mod t80 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E1 {
        Variant2 {
        /// A field.
        #[serde(rename = "renamed-4")]
        field_3: IntOrString,
        /// A field.
        field_5: BTreeSet<String>,
        #[schemars(regex(pattern = "^[a-z]+$"))]
        field_6: String,
        field_7: BTreeSet<String>,
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Variant2 { field_3: <IntOrString>::any(random), field_5: <BTreeSet<String>>::any(random), field_6: random.word(1, 9), field_7: <BTreeSet<String>>::any(random),  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t81 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t82 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[serde(deny_unknown_fields)]
    pub struct S7 {
        #[schemars(length(max = 6), inner(length(min = 1, max = 6)))]
        pub field_8: Vec<String>,
        #[serde(default)]
        pub field_9: i64,
        #[schemars(range(min = 3, max = 4))]
        pub field_10: i64,
    }
    impl Any for S7 {
        fn any(random: &mut Random) -> Self {
            Self { field_8: (0..random.below(6 + 1)).map(|_| random.word(1, 6)).collect(), field_9: <i64>::any(random), field_10: random.int(3, 4) as i64,  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S5 {
        pub field_6: S7,
    }
    impl Any for S5 {
        fn any(random: &mut Random) -> Self {
            Self { field_6: <S7>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[serde(deny_unknown_fields)]
    pub struct S12 {
        #[serde(default)]
        pub field_13: bool,
        pub field_14: u64,
    }
    impl Any for S12 {
        fn any(random: &mut Random) -> Self {
            Self { field_13: <bool>::any(random), field_14: <u64>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E25 {
        /// A name.
        Name26,
        /// A name.
        Name27,
    }
    impl Any for E25 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name26, 1 => Self::Name27, _ => Self::Name27 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E1 {
        /// A variant.
        Variant2 {
        /// A field.
        field_3: u8,
        field_4: S5,
        /// A field.
        #[serde(rename = "renamed-15")]
        field_11: Option<S12>,
        },
        Variant16 {
        field_17: u32,
        #[schemars(length(max = 5), inner(length(min = 1, max = 5)))]
        field_18: Vec<String>,
        /// A field.
        #[serde(rename = "renamed-20")]
        field_19: i16,
        /// A field.
        #[schemars(regex(pattern = "^[a-z]+$"))]
        #[serde(rename = "renamed-22")]
        field_21: String,
        },
        Variant23 {
        /// A field.
        field_24: E25,
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 { field_3: <u8>::any(random), field_4: <S5>::any(random), field_11: if random.one_in(2) { None } else { Some(<S12>::any(random)) },  }, 1 => Self::Variant16 { field_17: <u32>::any(random), field_18: (0..random.below(5 + 1)).map(|_| random.word(1, 5)).collect(), field_19: <i16>::any(random), field_21: random.word(1, 9),  }, 2 => Self::Variant23 { field_24: <E25>::any(random),  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t83 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    /// A struct.
    pub struct S1 {
        pub field_2: String,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <String>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t84 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[schemars(length(max = 7), inner(length(min = 1, max = 7)))]
        #[serde(alias = "alias3")]
        pub field_2: Vec<String>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: (0..random.below(7 + 1)).map(|_| random.word(1, 7)).collect(),  }
        }
    }
    pub type Top = S1;
}

mod t85 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E3 {
        Variant4 {
        #[serde(rename = "renamed-6", skip_deserializing)]
        field_5: String,
        },
        Variant7( IntOrString),
    }
    impl Any for E3 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant4 { field_5: <String>::any(random),  }, 1 => Self::Variant7(<IntOrString>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E12 {
        Name13,
        Name14,
    }
    impl Any for E12 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name13, 1 => Self::Name14, _ => Self::Name14 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        #[serde(rename = "renamed-8", alias = "alias9")]
        pub field_2: E3,
        pub field_10: Value,
        /// A field.
        pub field_11: BTreeMap<u16, Option<E12>>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <E3>::any(random), field_10: <Value>::any(random), field_11: <BTreeMap<u16, Option<E12>>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t86 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E1 {
        Variant2 {
        #[serde(skip_deserializing)]
        field_3: Option<char>,
        },
        /// A variant.
        Variant4 {
        },
        /// A variant.
        Variant5( i32),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant2 { field_3: if random.one_in(2) { None } else { Some(<char>::any(random)) },  }, 1 => Self::Variant4 {  }, 2 => Self::Variant5(<i32>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t87 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E12 {
        Name13,
        Name14,
    }
    impl Any for E12 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Name13, 1 => Self::Name14, _ => Self::Name14 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E16 {
        /// A name.
        Name17,
    }
    impl Any for E16 {
        fn any(random: &mut Random) -> Self {
            match random.below(1) { 0 => Self::Name17, _ => Self::Name17 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S8 {
        pub field_9: bool,
        /// A field.
        pub field_10: f32,
        pub field_11: E12,
        /// A field.
        #[serde(rename = "renamed-18")]
        pub field_15: E16,
    }
    impl Any for S8 {
        fn any(random: &mut Random) -> Self {
            Self { field_9: <bool>::any(random), field_10: <f32>::any(random), field_11: <E12>::any(random), field_15: <E16>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S6 {
        #[serde(flatten)]
        pub field_7: S8,
    }
    impl Any for S6 {
        fn any(random: &mut Random) -> Self {
            Self { field_7: <S8>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S20 {
    }
    impl Any for S20 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E22 {
        Variant23 {
        field_24: i16,
        },
        /// A variant.
        Variant25 {
        #[serde(skip_deserializing)]
        field_26: f64,
        #[schemars(extend("x-kubernetes-validations" = [{"rule": "self.size() > 2"}]))]
        field_27: String,
        #[schemars(length(max = 7), inner(length(min = 1, max = 7)))]
        field_28: Vec<String>,
        /// A field.
        #[schemars(length(min = 2, max = 2))]
        field_29: String,
        },
    }
    impl Any for E22 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant23 { field_24: <i16>::any(random),  }, 1 => Self::Variant25 { field_26: <f64>::any(random), field_27: random.word(3, 9), field_28: (0..random.below(7 + 1)).map(|_| random.word(1, 7)).collect(), field_29: random.word(2, 2),  }, _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S3 {
        /// A field.
        #[serde(default)]
        pub field_4: i64,
        pub field_5: S6,
        pub field_19: Box<S20>,
        /// A field.
        pub field_21: Option<E22>,
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self { field_4: <i64>::any(random), field_5: <S6>::any(random), field_19: <Box<S20>>::any(random), field_21: if random.one_in(2) { None } else { Some(<E22>::any(random)) },  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S1 {
        #[serde(flatten)]
        pub field_2: S3,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t88 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    /// A struct.
    pub struct S1 {
        #[serde(skip_deserializing)]
        pub field_2: Option<u32>,
        pub field_3: IpAddr,
        /// A field.
        pub field_4: i32,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: if random.one_in(2) { None } else { Some(<u32>::any(random)) }, field_3: <IpAddr>::any(random), field_4: <i32>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t89 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E1 {
        Variant2( i16),
        Variant3 {
        },
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant2(<i16>::any(random)), 1 => Self::Variant3 {  }, _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t90 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        pub field_2: BTreeSet<String>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <BTreeSet<String>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t91 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum E7 {
        Variant8 {
        },
        /// A variant.
        Variant9 {
        #[schemars(length(min = 2, max = 5))]
        field_10: String,
        /// A field.
        #[schemars(regex(pattern = "^[a-z]+$"))]
        #[serde(alias = "alias12")]
        field_11: String,
        #[schemars(length(min = 2, max = 2))]
        field_13: String,
        },
        Variant14( Quantity),
    }
    impl Any for E7 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant8 {  }, 1 => Self::Variant9 { field_10: random.word(2, 5), field_11: random.word(1, 9), field_13: random.word(2, 2),  }, 2 => Self::Variant14(<Quantity>::any(random)), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub enum E18 {
        Name19,
        Name20,
        Name21,
    }
    impl Any for E18 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Name19, 1 => Self::Name20, 2 => Self::Name21, _ => Self::Name21 }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type", content = "content")]
    pub enum E16 {
        /// A variant.
        Variant17( E18),
        Variant22( Quantity),
        Variant23(#[schemars(length(max = 5), inner(length(min = 1, max = 5)))] Vec<String>),
    }
    impl Any for E16 {
        fn any(random: &mut Random) -> Self {
            match random.below(3) { 0 => Self::Variant17(<E18>::any(random)), 1 => Self::Variant22(<Quantity>::any(random)), 2 => Self::Variant23((0..random.below(5 + 1)).map(|_| random.word(1, 5)).collect()), _ => unreachable!() }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S5 {
        #[serde(flatten)]
        pub field_6: Option<E7>,
        #[serde(rename = "renamed-24")]
        pub field_15: E16,
    }
    impl Any for S5 {
        fn any(random: &mut Random) -> Self {
            Self { field_6: <Option<E7>>::any(random), field_15: <E16>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S3 {
        /// A field.
        #[serde(rename = "renamed-25")]
        pub field_4: S5,
        pub field_26: Option<i32>,
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self { field_4: <S5>::any(random), field_26: if random.one_in(2) { None } else { Some(<i32>::any(random)) },  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[serde(rename = "renamed-27")]
        pub field_2: S3,
        #[serde(alias = "alias29")]
        pub field_28: BTreeSet<String>,
        #[serde(alias = "alias31", default)]
        pub field_30: String,
        pub field_32: Option<Box<Box<i32>>>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random), field_28: <BTreeSet<String>>::any(random), field_30: <String>::any(random), field_32: if random.one_in(2) { None } else { Some(<Box<Box<i32>>>::any(random)) },  }
        }
    }
    pub type Top = S1;
}

mod t92 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S1 {
        pub field_2: Ipv4Addr,
        /// A field.
        pub field_3: Option<Vec<Option<IpAddr>>>,
        /// A field.
        pub field_4: Option<i64>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Ipv4Addr>::any(random), field_3: if random.one_in(2) { None } else { Some(<Vec<Option<IpAddr>>>::any(random)) }, field_4: if random.one_in(2) { None } else { Some(<i64>::any(random)) },  }
        }
    }
    pub type Top = S1;
}

mod t93 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    /// A struct.
    pub struct S4 {
        pub field_5: i16,
        #[serde(default)]
        pub field_6: BTreeMap<String, Ipv4Addr>,
    }
    impl Any for S4 {
        fn any(random: &mut Random) -> Self {
            Self { field_5: <i16>::any(random), field_6: <BTreeMap<String, Ipv4Addr>>::any(random),  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub struct S1 {
        /// A field.
        pub field_2: Vec<Vec<Vec<i64>>>,
        /// A field.
        pub field_3: Vec<S4>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <Vec<Vec<Vec<i64>>>>::any(random), field_3: <Vec<S4>>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t94 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    pub type Top = S1;
}

mod t95 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    /// A struct.
    pub struct S1 {
        pub field_2: u64,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <u64>::any(random),  }
        }
    }
    pub type Top = S1;
}

mod t96 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(transparent)]
    pub struct S1( char);
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self(<char>::any(random))
        }
    }
    pub type Top = S1;
}

mod t97 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        pub field_2: BTreeMap<u16, Vec<BTreeSet<String>>>,
        /// A field.
        #[serde(alias = "alias4")]
        pub field_3: f64,
        #[serde(default)]
        pub field_5: bool,
        #[serde(rename = "renamed-7", default)]
        pub field_6: Option<Vec<String>>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <BTreeMap<u16, Vec<BTreeSet<String>>>>::any(random), field_3: <f64>::any(random), field_5: <bool>::any(random), field_6: if random.one_in(2) { None } else { Some(<Vec<String>>::any(random)) },  }
        }
    }
    pub type Top = S1;
}

mod t98 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S8( i64);
    impl Any for S8 {
        fn any(random: &mut Random) -> Self {
            Self(<i64>::any(random))
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    pub enum E1 {
        Variant2 {
        #[serde(rename = "renamed-4", alias = "alias5", default)]
        field_3: HashMap<String, i64>,
        /// A field.
        #[serde(skip_deserializing)]
        field_6: Option<Option<i8>>,
        /// A field.
        field_7: S8,
        #[serde(rename = "renamed-10", skip_deserializing)]
        field_9: BTreeSet<String>,
        },
        Variant11( Ipv4Addr),
    }
    impl Any for E1 {
        fn any(random: &mut Random) -> Self {
            match random.below(2) { 0 => Self::Variant2 { field_3: <HashMap<String, i64>>::any(random), field_6: if random.one_in(2) { None } else { Some(if random.one_in(2) { None } else { Some(<i8>::any(random)) }) }, field_7: <S8>::any(random), field_9: <BTreeSet<String>>::any(random),  }, 1 => Self::Variant11(<Ipv4Addr>::any(random)), _ => unreachable!() }
        }
    }
    pub type Top = E1;
}

mod t99 {
    use super::*;
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S3 {
    }
    impl Any for S3 {
        fn any(random: &mut Random) -> Self {
            Self {  }
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct S1 {
        #[serde(flatten)]
        pub field_2: S3,
        #[serde(default)]
        pub field_4: Option<Option<Box<IntOrString>>>,
    }
    impl Any for S1 {
        fn any(random: &mut Random) -> Self {
            Self { field_2: <S3>::any(random), field_4: if random.one_in(2) { None } else { Some(if random.one_in(2) { None } else { Some(<Box<IntOrString>>::any(random)) }) },  }
        }
    }
    pub type Top = S1;
}
