-- step:     19 certain_link
-- asks:     How much speaks for the pairs that need no rival, in bits over chance?
-- vi:       Các cặp trùng mã, trùng tên chắc đến đâu?
-- inputs:   certain, compared, pattern
-- grain:    entry_id, feed
-- params:   $common_name_share, $share_in_software
create or replace table certain_link as
select
    certain.entry_id,
    certain.record_id,
    certain.feed,
    case when certain.is_decided then 'decision' when certain.is_repaired then 'repaired' else 'exact' end as method,
    pattern.agreement,
    -- an agreeing code names one record of the unit: its size cancels out; a name is as common as can be
    pattern.weight + log2($share_in_software / (1 - $share_in_software) / $common_name_share) as weight
from certain
left join compared
    on certain.agreement is null and certain.entry_id = compared.entry_id and certain.record_id = compared.record_id
inner join pattern on coalesce(certain.agreement, compared.agreement) = pattern.agreement
