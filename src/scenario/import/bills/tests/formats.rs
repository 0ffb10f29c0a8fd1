//! Every format, as it is exported.

use super::super::{BillFormat, LineKind};
use super::{START, good, gzip, line, lines, money, read_at};

/// FOCUS 1.2: use by the hour, tokens, a commitment whose use is billed as zero, its purchase, a credit, tax, rounding.
const FOCUS: &str = "\
BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,ChargePeriodEnd,ChargePeriodStart,PricingCategory,PricingQuantity,PricingUnit,ProviderName,ServiceName,SkuMeter,Tags
6.5,acct,CNY,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,Usage,,\"Model unit, 1 hour\",2026-05-31T17:00:00Z,2026-05-31T16:00:00Z,Standard,1.0,Hours,Cloud,Model deployment,Model unit hours,\"{\"\"env\"\":\"\"a,b\"\"}\"
2.51,acct,CNY,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,Usage,,Tokens beyond the PTU quota,2026-06-20T03:00:00Z,2026-06-20T02:00:00Z,Standard,125.5,1000 Tokens,Cloud,Model deployment,Input tokens,
0.0,acct,CNY,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,Usage,,Hour of a subscription,2026-06-20T01:00:00Z,2026-06-20T00:00:00Z,Committed,1.0,Hours,Cloud,Model deployment,PTU hours,
3000.0,acct,CNY,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,Purchase,,PTU for a month,2026-07-10T00:00:00Z,2026-06-10T00:00:00Z,Standard,10.0,Units,Cloud,Model deployment,PTU months,
-12.00,acct,CNY,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,Credit,,Voucher,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,,,,Cloud,Model inference,,
-300,acct,CNY,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,Purchase,Correction,Seats given up,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,,,,Cloud,Token Plan,,
179.82,acct,CNY,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,Tax,,VAT,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,,,,Cloud,Tax,,
0.004,acct,CNY,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,Adjustment,,Rounding of the settlement,2026-06-30T16:00:00Z,2026-05-31T16:00:00Z,,,,Cloud,Model deployment,,
4.2,acct,CNY,2026-07-31T16:00:00Z,2026-06-30T16:00:00Z,Usage,,Spot machine,2026-07-02T03:00:00Z,2026-07-02T02:00:00Z,Dynamic,1,Hours,Cloud,Elastic machines,Instance hours,
";

#[test]
fn focus() {
    let bill = good(FOCUS);
    assert_eq!(bill.format, BillFormat::Focus);
    assert_eq!(
        lines(&bill),
        [
            line("2026-06", LineKind::ModelUnits, "6.50"),
            line("2026-06", LineKind::InputTokens, "2.51"),
            line("2026-06", LineKind::Ptu, "0.00"),
            line("2026-06", LineKind::Subscription, "3000.00"),
            line("2026-06", LineKind::Discount, "-12.00"),
            line("2026-06", LineKind::Refund, "-300.00"),
            line("2026-06", LineKind::Tax, "179.82"),
            line("2026-06", LineKind::Rounding, "0.004"),
            line("2026-07", LineKind::SpotCompute, "4.20"),
        ]
    );
    assert_eq!(bill.total(), money("2881.034"));
    assert_eq!(bill.decimals, 3);
    let tokens = &bill.lines[1];
    assert_eq!((&*tokens.unit, tokens.quantity_pico), ("1000 Tokens", Some(125_500_000_000_000)));
    assert!(tokens.at.is_some() && bill.lines[3].at.is_none(), "a term is no instant");
}

#[test]
fn columns_may_stand_in_any_order_and_spelling_and_files_may_be_packed() {
    let snake = "\u{feff}service_name;CHARGE_CATEGORY;billed_cost;Billing Currency;charge_period_start\r\n\
                 Web search;usage;1.5;cny;2026-06-30T23:59:00+08:00\r\n;;;;\r\n";
    let bill = good(snake);
    assert_eq!(lines(&bill), [line("2026-06", LineKind::WebSearch, "1.50")]);
    let packed = read_at(&gzip(FOCUS.as_bytes()), START, &[]).expect("a bill");
    assert_eq!(packed, good(FOCUS));
}

const CUR_LEGACY: &str = "\
identity/LineItemId,bill/BillingPeriodStartDate,bill/BillingPeriodEndDate,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,lineItem/LineItemDescription,pricing/term,pricing/unit
a,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,Usage,2026-06-30T15:00:00Z,2026-06-30T16:00:00Z,AmazonEC2,BoxUsage:g5.xlarge,1.0000000000,USD,1.0060000000,$1.006 per On Demand Linux g5.xlarge Instance Hour,OnDemand,Hrs
b,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,Usage,2026-06-30T16:00:00Z,2026-06-30T17:00:00Z,AmazonEC2,SpotUsage:g5.xlarge,1.0,USD,0.5,g5.xlarge Linux/UNIX Spot Instance-hour,Spot,Hrs
c,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,Usage,2026-06-10T10:00:00Z,2026-06-10T11:00:00Z,AmazonEC2,USE1-EBS:VolumeUsage.gp3,0.1,USD,8.8E-4,$0.08 per GB-month,OnDemand,GB-Mo
d,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,Usage,2026-06-10T10:00:00Z,2026-06-10T11:00:00Z,AmazonBedrock,USE1-Claude3Sonnet-input-tokens,3.2,USD,0.0096,Bedrock,OnDemand,1K tokens
e,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,RIFee,2026-06-01T00:00:00Z,2026-06-30T23:59:59Z,AmazonEC2,HeavyUsage:g5.xlarge,720,USD,400,Reserved,Reserved,Hrs
f,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,SavingsPlanNegation,2026-06-10T10:00:00Z,2026-06-10T11:00:00Z,AmazonEC2,BoxUsage:g5.xlarge,1,USD,-1.006,SavingsPlanNegation used by AccountId,,
g,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,Refund,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,AmazonEC2,,1,USD,-5,Refund,,
h,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,Tax,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,AmazonEC2,,1,USD,0.1,Tax for product code AmazonEC2,,
i,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,EdpDiscount,2026-06-10T10:00:00Z,2026-06-10T11:00:00Z,AmazonEC2,BoxUsage:g5.xlarge,1,USD,-0.05,Enterprise Discount,,
j,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,Usage,2026-06-10T10:00:00Z,2026-06-10T11:00:00Z,AWSDataTransfer,USE1-DataTransfer-Out-Bytes,1,USD,0.09,Data out,,GB
";

#[test]
fn aws_in_both_spellings_at_a_rate() {
    let expected = [
        line("2026-06", LineKind::StandardCompute, "7.042"),
        line("2026-07", LineKind::SpotCompute, "3.50"),
        line("2026-06", LineKind::Disk, "0.00616"),
        line("2026-06", LineKind::InputTokens, "0.0672"),
        line("2026-06", LineKind::Subscription, "2800.00"),
        line("2026-06", LineKind::Discount, "-7.042"),
        line("2026-06", LineKind::Refund, "-35.00"),
        line("2026-06", LineKind::Tax, "0.70"),
        line("2026-06", LineKind::Discount, "-0.35"),
        line("2026-06", LineKind::Other, "0.63"),
    ];
    let legacy = read_at(CUR_LEGACY.as_bytes(), START, &[("USD", "7")]).expect("a bill");
    assert_eq!((legacy.format, lines(&legacy)), (BillFormat::CurLegacy, expected.to_vec()));
    assert_eq!(legacy.notes, ["f: amounts in USD at 7.00 CNY, each rounded half to even to twelve decimals"]);
    assert_eq!(&*legacy.lines[9].label, "USE1-DataTransfer-Out-Bytes");
    let (header, rows) = CUR_LEGACY.split_once('\n').expect("a header");
    let snake = header
        .replace("lineItem/LineItemType", "line_item_line_item_type")
        .replace("lineItem/UsageStartDate", "line_item_usage_start_date")
        .replace("lineItem/UsageEndDate", "line_item_usage_end_date")
        .replace("lineItem/ProductCode", "line_item_product_code")
        .replace("lineItem/UsageType", "line_item_usage_type")
        .replace("lineItem/UsageAmount", "line_item_usage_amount")
        .replace("lineItem/CurrencyCode", "line_item_currency_code")
        .replace("lineItem/UnblendedCost", "line_item_unblended_cost")
        .replace("lineItem/LineItemDescription", "line_item_line_item_description")
        .replace("bill/BillingPeriodStartDate", "bill_billing_period_start_date")
        .replace("bill/BillingPeriodEndDate", "bill_billing_period_end_date")
        .replace('/', "_");
    let cur2 = read_at(format!("{snake}\n{rows}").as_bytes(), START, &[("USD", "7")]).expect("a bill");
    assert_eq!((cur2.format, lines(&cur2)), (BillFormat::Cur2, expected.to_vec()));
}

const MODEL_STUDIO: &str = "\
Billing Month,Product Name,Billable Item,Instance ID (Billing Granularity),Instance Tag,Usage Start,Usage End,Usage,Usage Unit,List Amount,Payable Amount,Currency
2026-06,Model inference,Large Model Text Consumption,k1;llm-1;qwen3-max;context_0-32k_input_token;app;0,key:dept value:a,2026-06-10 18:00:00,2026-06-10 18:01:00,1000,token,0.0032,0.0032,CNY
2026-06,Model inference,Large Model Text Consumption,k1;llm-1;qwen3-max;cached_input_token;app;0,,2026-06-10 18:00:00,2026-06-10 18:01:00,200,token,0.0004,0.0004,CNY
2026-06,Model inference,Large Model Text Consumption,k1;llm-1;qwen3-max;thinking_output_token;app;0,,2026-06-10 18:00:00,2026-06-10 18:01:00,10,token,0.0002,0.0001,CNY
2026-07,Model inference,Large Model Text Consumption,;llm-1;qwen3-max;output_token;bmp;1,,2026-06-30 23:58:00,2026-06-30 23:59:00,10,token,0.0001,0.0001,CNY
2026-06,Model deployment,Model Deployment,;llm-1;qwen3-max;ptu_input;;0,,2026-06-10 18:00:00,2026-06-10 19:00:00,100000,TPM,30,30,CNY
2026-06,Elastic machines,Elastic Machines,;;A;spot_compute;;0,,2026-06-10 18:00:00,2026-06-10 19:00:00,1,instance,0.80,0.80,CNY
2026-06,Batch inference,Large Model Text Consumption,;;qwen3-max;input_token;;0,,2026-06-10 18:00:00,2026-06-10 19:00:00,5,token,0.1,0.1,CNY
2026-06,Plans,Plans,,,,,1,,200,200,CNY
2026-06,Plans,Plans,,,,,1,,-50,-50,CNY
";

#[test]
fn model_studio() {
    let bill = good(MODEL_STUDIO);
    assert_eq!(bill.format, BillFormat::ModelStudio);
    assert_eq!(
        lines(&bill),
        [
            line("2026-06", LineKind::InputTokens, "0.0032"),
            line("2026-06", LineKind::CachedTokens, "0.0004"),
            line("2026-06", LineKind::ThinkingTokens, "0.0001"),
            line("2026-06", LineKind::OutputTokens, "0.0001"),
            line("2026-06", LineKind::Ptu, "30.00"),
            line("2026-06", LineKind::SpotCompute, "0.80"),
            line("2026-06", LineKind::Batch, "0.10"),
            line("2026-06", LineKind::Subscription, "200.00"),
            line("2026-06", LineKind::Refund, "-50.00"),
        ]
    );
    assert_eq!(bill.notes, ["f: 14 times without an offset: taken as the scenario's own"]);
}

#[test]
fn model_studio_in_chinese() {
    let bill = good(
        "账单月份,商品名称,计费项,实例ID（出账粒度）,应付金额,币种\n\
         202606,大模型推理,,k1;llm-1;qwen3-max;input_token;app;0,\"1,234.50\",人民币\n\
         2026/6,百炼-模型训练,,,7,CNY\n\
         2026-06-15,向量检索,,,-0.5,RMB\n",
    );
    assert_eq!(
        lines(&bill),
        [
            line("2026-06", LineKind::InputTokens, "1234.50"),
            line("2026-06", LineKind::Training, "7.00"),
            line("2026-06", LineKind::Other, "-0.50"),
        ]
    );
    assert_eq!(bill.currencies.into_iter().collect::<Vec<_>>(), ["CNY"]);
}

#[test]
fn a_month_is_the_scenarios_own_wherever_the_provider_counts() {
    // The last hour of June in Greenwich is July in Shanghai; what is charged for a month in UTC is of that month everywhere.
    let text = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,BillingPeriodEnd\n\
                1,CNY,Usage,2026-06-30T23:00:00Z,2026-07-01T00:00:00Z,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z\n\
                2,CNY,Usage,2026-06-01T00:00:00Z,2026-06-02T00:00:00Z,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z\n\
                3,CNY,Tax,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z\n\
                4,CNY,Tax,,,2026-06-01T00:00:00Z,\n";
    for (start, months) in [
        ("2026-06-01T00:00:00+08:00", ["2026-07", "2026-06", "2026-06", "2026-06"]),
        ("2026-06-01T00:00:00-08:00", ["2026-06", "2026-06", "2026-06", "2026-06"]),
    ] {
        let bill = read_at(text.as_bytes(), start, &[]).expect("a bill");
        assert_eq!(
            bill.lines.iter().map(|line| line.month.to_string()).collect::<Vec<_>>(),
            months,
            "{start}"
        );
    }
}

#[test]
fn a_line_that_looks_like_a_comment_is_a_line() {
    let bill = good(
        "SkuMeter,BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart\n#1 tokens,2,CNY,Usage,2026-06-02T00:00:00Z\n",
    );
    assert_eq!(lines(&bill), [line("2026-06", LineKind::Tokens, "2.00")]);
}

#[test]
fn more_decimals_than_twelve_are_rounded_and_counted() {
    let bill = good(
        "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart\n0.30000000000000004,CNY,Usage,2026-06-02T00:00:00Z\n",
    );
    assert_eq!(bill.total(), money("0.3"));
    assert_eq!(
        bill.notes,
        ["f: 1 amounts have more than twelve decimals: rounded to the nearest, half to even"]
    );
}

#[test]
fn what_a_settlement_adds_belongs_to_the_month_it_settles() {
    let bill = good(
        "Billing Month,Charge Type,Product Name,Billable Item,Usage Start Time,Usage End Time,Payable Amount,Currency\n\
         2026-06,Rounding,Model inference,Rounding,2026-07-01T00:00:00+08:00,2026-07-01T00:00:00+08:00,-0.004,CNY\n\
         2026-06,Tax,Model inference,Tax,2026-07-01T00:00:00+08:00,2026-07-01T00:00:00+08:00,6,CNY\n\
         2026-07,Usage,Model inference,chat,2026-06-30T23:58:00+08:00,2026-06-30T23:59:00+08:00,1,CNY\n",
    );
    assert_eq!(
        lines(&bill),
        [
            line("2026-06", LineKind::Rounding, "-0.004"),
            line("2026-06", LineKind::Tax, "6.00"),
            line("2026-06", LineKind::Other, "1.00"),
        ]
    );
}
