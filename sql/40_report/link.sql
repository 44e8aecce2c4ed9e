-- query:    link
-- asks:     Which line is which record, how was that found, and on what pattern of agreement?
-- vi:       Dòng sổ nào là hồ sơ nào, căn cứ vào đâu?
-- inputs:   link
-- grain:    entry_id, feed
-- params:   none
select
    entry_id,
    record_id,
    feed,
    method,
    score,
    needs_review,
    agreement
from link
