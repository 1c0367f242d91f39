// words.js holds the chrome's texts: what the server hands over by key, else the Chinese default; and how dates and sizes read.

const defaults = {
  'page.title': '归位 · 演示', 'page.subtitle': '几部手机，一整个故事', 'page.student': '学生', 'page.add': '添加一部手机',
  'page.reviewers': '审核', 'page.counselors': '辅导员', 'page.inbox': '收件箱', 'page.cheats': '小抄', 'page.photos': '样例照片',
  'page.type': '输入消息', 'page.send': '发送', 'page.attach': '附件', 'page.as_photo': '作为照片发送', 'page.as_file': '作为文件发送',
  'page.share_contact': '发送我的号码', 'page.language': '语言', 'page.block': '屏蔽机器人', 'page.unblock': '解除屏蔽',
  'page.edited': '已编辑', 'page.deleted': '消息已删除', 'page.protected': '禁止转发和保存', 'page.typing': '正在输入',
  'page.sending_photo': '正在发送照片', 'page.empty': '还没有消息', 'page.sms': '短信', 'page.mail': '邮件', 'page.copy': '复制',
  'page.owners': '管理', 'page.others': '其他群', 'page.bot': '机器人', 'page.members': '{0} 位成员', 'page.chat_with': '与{0}聊天',
  'page.start': '开始', 'page.start_hint': '点“开始”，和{0}说第一句话', 'page.empty_group': '群里还没有消息', 'page.act_as': '以',
  'page.act_as_end': '的身份', 'page.no_members': '群里还没有人', 'page.pin': '固定在桌面上', 'page.unpin': '取消固定', 'page.close': '关闭',
  'page.menu': '更多', 'page.back': '返回聊天列表', 'page.keyboard': '显示或收起按钮', 'page.new_messages': '{0} 条新消息',
  'page.to_end': '回到最新消息', 'page.reply': '回复', 'page.edit': '编辑', 'page.delete': '删除', 'page.copied': '已复制',
  'page.insert': '填入', 'page.editing': '编辑消息', 'page.replying': '回复 {0}', 'page.cancel': '取消',
  'page.ok': '知道了', 'page.deleted_many': '{0} 条消息已删除', 'page.samples_to': '发给 {0}', 'page.samples_none': '先打开一部手机',
  'page.photo': '照片', 'page.file': '文件', 'page.album': '多选', 'page.send_album': '发送 {0} 张', 'page.drop_photo': '放这里：作为照片',
  'page.drop_file': '放这里：作为文件', 'page.inbox_empty': '短信和邮件会出现在这里', 'page.cheats_hint': '点一下就填进当前聊天，不用自己敲',
  'page.cheats_empty': '小抄还是空的', 'page.photos_empty': '还没有样例照片', 'page.photos_hint': '点一下发出，也可以拖到任何一部手机上', 'page.chats': '聊天',
  'page.phone': '手机', 'page.lost': '连接断了，正在重连…', 'page.failed': '没发出去，请再试一次',
  'page.name': '姓名', 'page.name_hint': '例如：林小树', 'page.blocked_note': '已屏蔽机器人，收不到它的消息', 'page.collapse': '收起',
  'page.expand': '展开', 'page.contact': '名片', 'page.sticker': '贴纸', 'page.voice': '语音', 'page.video': '视频', 'page.location': '位置',
  'page.poll': '投票', 'page.today': '今天', 'page.yesterday': '昨天', 'page.prev': '上一张', 'page.next': '下一张', 'page.open_image': '打开原图',
  'page.choose_group': '把机器人请进哪个群？', 'page.no_groups': '没有可选的群', 'page.members_title': '群成员', 'page.add_bot': '请机器人进群',
  'page.kick_bot': '请机器人出群', 'page.upgrade_group': '升级为超级群',
  'page.silent': '静音消息', 'page.forwarded': '转发自 {0}', 'page.old_owner': '旧账号', 'page.reviewer': '审核老师', 'page.counselor': '辅导员', 'page.owner': '管理员',
  'page.drawer': '收件箱、小抄和样例照片', 'page.messages': '消息', 'page.view_photo': '查看照片', 'page.too_many': '一次最多 10 个文件', 'page.says': '{0}：',
};

const zone = 'Asia/Shanghai';
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: zone });
const dayKey = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone });
const dayWords = () => new Intl.DateTimeFormat(document.documentElement.lang, { month: 'long', day: 'numeric', timeZone: zone });

/** words answers a key with the server's text or the default; {0} is the argument. An unknown key shows its own last part. */
export function words(given = {}) {
  return (key, argument = '') => (given[key] || defaults[key] || key.split('.').pop()).replace('{0}', argument);
}

/** time is 17:07 in Shanghai, whatever the visitor's own zone. */
export function time(ms) {
  return clock.format(new Date(ms));
}

/** day is a sortable key of the Shanghai calendar day. */
export function day(ms) {
  return dayKey.format(new Date(ms));
}

/** dayName is today, yesterday or 11月23日, in the page's language. */
export function dayName(ms, t) {
  const now = Date.now();
  if (day(ms) === day(now)) return t('page.today');
  if (day(ms) === day(now - 86400000)) return t('page.yesterday');
  return dayWords().format(new Date(ms));
}

/** size is 287 KB, in steps of 1,000 as the bot counts. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1000000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1000000).toFixed(1)} MB`;
}
