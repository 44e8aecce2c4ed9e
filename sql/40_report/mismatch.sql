-- query:    mismatch
-- asks:     Each finding with all that a reader needs: both sides, where they stand, who acts, until when.
-- vi:       Mỗi sai lệch với đầy đủ thông tin hai bên
-- inputs:   calendar_day, case_record, entry, finding, link, logbook_entry, officer_of_field, phrase, rule
-- grain:    finding
-- params:   $as_of
with item as (
    select
        finding_id,
        unnest(detail, recursive := true),
        generate_subscripts(detail, 1) as position
    from finding
),

worded as (
    select
        item.finding_id,
        string_agg(
            replace(
                replace(phrase.text, '{logbook}', coalesce(item.logbook, '')),
                '{software}', coalesce(item.software, '')
            ), '; '
            order by item.position
        ) as detail
    from item
    inner join phrase on item.phrase = phrase.phrase
    group by item.finding_id
)

select
    finding.rule_id,
    rule.rule,
    finding.severity,
    finding.urgency,
    finding.needs_review,
    coalesce(case_record.unit_code, logbook_entry.unit_code) as unit_code,
    coalesce(case_record.dossier_code, logbook_entry.dossier_code, logbook_entry.code_as_written) as dossier_code,
    coalesce(finding.feed, case_record.feed) as feed,
    case_record.file as feed_file,
    case_record.row as feed_row,
    case_record.status as feed_status,
    case_record.state as feed_state,
    logbook_entry.file as logbook_file,
    logbook_entry.row as logbook_row,
    logbook_entry.book_no,
    logbook_entry.line_no,
    coalesce(case_record.procedure_name, logbook_entry.procedure_name) as procedure_name,
    coalesce(case_record.field_name, logbook_entry.field_name) as field_name,
    coalesce(case_record.applicant_name, logbook_entry.applicant_name) as applicant_name,
    coalesce(case_record.officer, officer_of_field.officer, logbook_entry.officer) as officer,
    coalesce(case_record.received_on, logbook_entry.received_on) as received_on,
    coalesce(case_record.due_on, logbook_entry.due_on) as due_on,
    logbook_entry.returned_on as logbook_returned_on,
    case_record.finished_on as case_finished_on,
    case_record.returned_on as case_returned_on,
    case
        when finding.rule_id in ('M01', 'M02', 'M03')
            then (business_day.working_days - return_day.working_days)::integer
    end as days_open,
    finding.close_by,
    link.method as link_method,
    link.score as link_score,
    worded.detail
from finding
inner join rule on finding.rule_id = rule.rule_id
inner join worded on finding.finding_id = worded.finding_id
left join case_record on finding.record_id = case_record.record_id
left join logbook_entry on finding.entry_id = logbook_entry.entry_id
left join link on finding.record_id = link.record_id and finding.entry_id = link.entry_id
left join officer_of_field
    on lower(coalesce(case_record.field_name, logbook_entry.field_name)) = officer_of_field.field_name
left join calendar_day as return_day on logbook_entry.returned_on = return_day.day
left join calendar_day as business_day on business_day.day = $as_of
order by
    finding.rule_id,
    finding.needs_review,
    case finding.urgency when 'overdue' then 1 when 'due_today' then 2 when 'due_soon' then 3 when 'later' then 4 else 5 end,
    finding.close_by,
    due_on,
    feed_file,
    feed_row,
    logbook_file,
    logbook_row
