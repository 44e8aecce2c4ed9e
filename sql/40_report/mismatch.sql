-- query:    mismatch
-- asks:     What was found, in words, for how long it has been open, and on which link it rests?
-- vi:       Đã tìm thấy gì, còn treo bao lâu, dựa vào đâu?
-- inputs:   calendar_day, finding, link, link_evidence, linked, phrase, rule
-- grain:    finding
-- params:   $as_of
with spoken as (
    select map_from_entries(list((phrase, text))) as words
    from phrase
    where kind = 'detail'
),

worded as (
    select
        finding.finding_id,
        array_to_string(
            list_transform(
                nullif(finding.detail, []),
                lambda one: replace(
                    replace(spoken.words[one['phrase']], '{logbook}', coalesce(one['logbook'], '')),
                    '{software}', coalesce(one['software'], '')
                )
            ), '; '
        ) as detail
    from finding
    cross join spoken
),

-- why a doubtful link was made at all
doubt as (
    select
        link_evidence.agreement,
        phrase.text || ' ' || link_evidence.evidence as reason
    from link_evidence
    inner join phrase on phrase.kind = 'report' and phrase.phrase = 'doubtful_link'
)

select
    finding.finding_id,
    finding.record_id,
    finding.entry_id,
    finding.rule_id,
    rule.rule,
    finding.severity,
    finding.urgency,
    finding.needs_review,
    finding.feed as feed_asked,
    case
        when finding.rule_id in ('M01', 'M02', 'M03')
            then (business_day.working_days - return_day.working_days)::integer
    end as days_open,
    finding.close_by,
    link.method as link_method,
    link.score as link_score,
    concat_ws('; ', worded.detail, case when finding.needs_review then doubt.reason end) as detail
from finding
inner join rule on finding.rule_id = rule.rule_id
left join worded on finding.finding_id = worded.finding_id
left join link on finding.record_id = link.record_id and finding.entry_id = link.entry_id
left join linked on finding.record_id = linked.record_id and finding.entry_id = linked.entry_id
left join doubt on link.agreement = doubt.agreement
left join calendar_day as return_day on linked.logbook_returned_on = return_day.day
left join calendar_day as business_day on business_day.day = $as_of
