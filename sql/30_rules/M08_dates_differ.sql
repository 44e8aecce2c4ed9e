-- rule:     M08 dates_differ
-- asks:     Do the case system and the logbook differ on the day of receipt, the due date or the day of return?
-- vi:       Ngày nhận, ngày hẹn hoặc ngày trả khác nhau giữa sổ và phần mềm
-- inputs:   linked
-- grain:    entry_id, feed
-- params:   $as_of, $tolerance_days
-- rests_on: none
-- severity: info
select
    entry_id,
    record_id,
    feed,
    needs_review,
    'info' as severity,
    null::varchar as urgency,
    null::date as close_by,
    list_filter(
        [
            {
                phrase: case
                    when abs(logbook_received_on - case_received_on) > $tolerance_days then 'received_differs'
                end,
                logbook: strftime(logbook_received_on, '%d/%m/%Y'),
                software: strftime(case_received_on, '%d/%m/%Y')
            },
            {
                phrase: case when abs(logbook_due_on - case_due_on) > $tolerance_days then 'due_differs' end,
                logbook: strftime(logbook_due_on, '%d/%m/%Y'),
                software: strftime(case_due_on, '%d/%m/%Y')
            },
            {
                phrase: case
                    when abs(logbook_returned_on - case_returned_on) > $tolerance_days and case_returned_on <= $as_of
                        then 'returned_differs'
                end,
                logbook: strftime(logbook_returned_on, '%d/%m/%Y'),
                software: strftime(case_returned_on, '%d/%m/%Y')
            }
        ],
        lambda difference: difference.phrase is not null
    ) as detail
from linked
where
    abs(logbook_received_on - case_received_on) > $tolerance_days
    or abs(logbook_due_on - case_due_on) > $tolerance_days
    or (abs(logbook_returned_on - case_returned_on) > $tolerance_days and case_returned_on <= $as_of)
