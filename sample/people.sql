-- What the generators of people, events and money share: one hash per row, whose bits are dealt out to the columns.

create function sample.hash(kind text, n bigint) returns bigint language sql immutable
return hashint8extended(n, hashtextextended(kind, 0)) & 9223372036854775807;

-- 16 of the 63 bits of a hash as a number from 0 up to 1.
create function sample.share(hash bigint, first_bit int) returns float8 language sql immutable
return (hash >> first_bit & 65535) / 65536.0::float8;

-- As share, of 32 bits and with its peak in the middle.
create function sample.around_half(hash bigint, first_bit int) returns float8 language sql immutable
return (sample.share(hash, first_bit) + sample.share(hash, first_bit + 16)) / 2;

-- Names of one script each; eight of either kind.
create table sample.names (
  script int primary key,
  given text[] not null,
  family text[] not null,
  family_first boolean not null,
  separator text not null
);

insert into sample.names values
  (0, '{Emma,Noah,Olivia,Liam,Charlotte,James,Amelia,Henry}', '{Smith,Jones,O''Brien,Taylor,"de Vries",Walker,Clarke,"Van der Berg"}', false, ' '),
  (1, '{Zoë,Jürgen,Chloé,Søren,Łukasz,Aoife,Miguel,Ðorđe}', '{Müller,Weiß,Lefèvre,Ørsted,Kowalczyk,Ó Súilleabháin,García,Đurić}', false, ' '),
  (2, '{Анна,Дмитрий,Ольга,Иван,Наталья,Олексій,Ґалина,Пётр}', '{Иванова,Смирнов,Кузнецова,Попов,Шевченко,Їжакевич,Соколов,Ёлкина}', false, ' '),
  (3, '{小龍,美玲,伟,芳,建国,秀英,子涵,浩然}', '{李,王,张,劉,陈,楊,歐陽,司马}', true, ''),
  (4, '{花子,太郎,さくら,健一,ユウキ,陽菜,大輔,凛}', '{田中,佐藤,鈴木,高橋,渡邉,小林,山﨑,伊藤}', true, ' '),
  (5, '{민준,서연,지우,하은,도윤,수아,예준,지민}', '{김,이,박,최,정,남궁,강,조}', true, ''),
  (6, '{نور,علي,فاطمة,يوسف,ليلى,عمر,مريم,خالد}', '{حداد,كريم,الخوري,منصور,عبد الله,صالح,نصّار,درويش}', false, ' '),
  (7, '{נועה,איתי,תמר,יונתן,שירה,דניאל,מאיה,אורי}', '{כהן,לוי,מזרחי,פרץ,ביטון,אזולאי,בן־דוד,פרידמן}', false, ' '),
  (8, '{प्रिया,अर्जुन,अनन्या,रोहन,दीपिका,कृष्ण,मीरा,विक्रम}', '{शर्मा,पटेल,सिंह,गुप्ता,अय्यर,रेड्डी,मिश्रा,चौधरी}', false, ' '),
  (9, '{สมชาย,มาลี,กนกวรรณ,ปิยะ,สุดา,ณัฐพล,อรุณี,วิชัย}', '{ใจดี,ศรีสุข,วงศ์ไทย,พรหมมา,รักษ์ไทย,แก้วมณี,ทองดี,บุญมี}', false, ' '),
  (10, '{Nguyễn Thị,Trần Văn,Ọlá,Chidi,Ngọzị,Thandeka,Kwame,Ayşe}', '{Hồng Ánh,Đức,Adéyẹmí,Ọkáfọ̀,Eze,Nkosi,Mensah,Yıldız}', false, ' '),
  (11, '{Ελένη,Γιώργος,Μαρία,Νίκος,Սոնա,Արամ,ნინო,გიორგი}', '{Παπαδοπούλου,Νικολάου,Γεωργίου,Ιωάννου,Պետրոսյան,Սարգսյան,ბერიძე,კაპანაძე}', false, ' ');
