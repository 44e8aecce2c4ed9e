-- rule:     M11 feeds_disagree
-- asks:     Do two feeds give one dossier different states or dates?
-- vi:       Hai phần mềm ghi cùng một hồ sơ với trạng thái hoặc ngày khác nhau
-- inputs:   case_record, link
-- grain:    record_id, detail
-- params:   $tolerance_days
-- rests_on: none
-- severity: medium
with same_dossier as (
    select
        one.record_id,
        other.record_id as other_record_id,
        false as needs_review
    from case_record as one
    inner join case_record as other on one.code_id = other.code_id and one.feed < other.feed
    union
    select
        one.record_id,
        other.record_id as other_record_id,
        one.needs_review or other.needs_review as needs_review
    from link as one
    inner join link as other on one.entry_id = other.entry_id and one.feed < other.feed
),

dossier as (
    select
        record_id,
        other_record_id,
        bool_and(needs_review) as needs_review
    from same_dossier
    group by record_id, other_record_id
),

compared_feeds as (
    select
        dossier.record_id,
        one.feed,
        dossier.needs_review,
        list_filter(
            [
                {
                    phrase: case
                        -- a word that nobody has explained says nothing about a state: M12 asks for it
                        when one.state <> other.state and 'unclassified' not in (one.state, other.state)
                            then 'states_differ'
                    end,
                    logbook: one.feed || ': ' || one.status,
                    software: other.feed || ': ' || other.status
                },
                {
                    phrase: case
                        when abs(one.received_on - other.received_on) > $tolerance_days then 'feeds_received_differs'
                    end,
                    logbook: one.feed || ': ' || strftime(one.received_on, '%d/%m/%Y'),
                    software: other.feed || ': ' || strftime(other.received_on, '%d/%m/%Y')
                },
                {
                    phrase: case when abs(one.due_on - other.due_on) > $tolerance_days then 'feeds_due_differs' end,
                    logbook: one.feed || ': ' || strftime(one.due_on, '%d/%m/%Y'),
                    software: other.feed || ': ' || strftime(other.due_on, '%d/%m/%Y')
                },
                {
                    phrase: case
                        when abs(one.finished_on - other.finished_on) > $tolerance_days then 'feeds_finished_differs'
                    end,
                    logbook: one.feed || ': ' || strftime(one.finished_on, '%d/%m/%Y'),
                    software: other.feed || ': ' || strftime(other.finished_on, '%d/%m/%Y')
                },
                {
                    phrase: case
                        when abs(one.returned_on - other.returned_on) > $tolerance_days then 'feeds_returned_differs'
                    end,
                    logbook: one.feed || ': ' || strftime(one.returned_on, '%d/%m/%Y'),
                    software: other.feed || ': ' || strftime(other.returned_on, '%d/%m/%Y')
                }
            ],
            lambda difference: difference['phrase'] is not null
        ) as detail
    from dossier
    inner join case_record as one on dossier.record_id = one.record_id
    inner join case_record as other on dossier.other_record_id = other.record_id
)

select
    null::uinteger as entry_id,
    record_id,
    feed,
    bool_and(needs_review) as needs_review,
    'medium' as severity,
    null::varchar as urgency,
    null::date as close_by,
    detail
from compared_feeds
where array_length(detail) > 0
-- a feed that holds the dossier twice says the same twice
group by record_id, feed, detail
