"""The forms that quantities and times take in Chinese sentences."""

import re

_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_SIGNS = "〇零一二两三四五六七八九十百千万亿半"
#: 20, 1,200.5, 20-30, 3 万, 三百, 两三百, 几十, 上百
_NUMBER = (
    rf"(?:{_DIGITS}(?:\s*[-~至到]\s*{_DIGITS})?\s*[十百千万亿]{{0,2}}"
    rf"|(?:[几数](?=[十百千万])|上(?=[百千万]))?[{_SIGNS}]+(?:[至到][{_SIGNS}]+)?)"
)
_COUNTED_WORDS = """
台套 人次 台 套 件 只 支 根 块 片 张 把 箱 包 袋 瓶 桶 罐 盒 卷 捆 扎 组 双 副 辆 架 艘 座 间 栋 户
扇 颗 粒 枚 株 份 本 册 车(?!间) 柜 单 名 位 人 点位 公吨 吨 公斤 千克 毫克 克 斤 毫升 升 立方米
立方 平方米 平米 平方 平 公里 千米 厘米 毫米 米 公顷 亩 千瓦时 千瓦 兆瓦 万元 亿元 千元 百元 元 块钱
美元 美金 欧元
"""
_COUNTED = "|".join(sorted(_COUNTED_WORDS.split(), key=len, reverse=True))
_LATIN = r"(?i:pcs|sets?|kgs?|tons?|kwh|kw|mw|km|m2|m3|ml|t|l|m)(?![A-Za-z0-9])"
#: they count from two on: 一个, 一家, 一次, 一批 are manners of speaking
_LOOSE = "个(?!月|工作日|星期|礼拜|季度|小时|年)|家|种|次|批|对|条|部(?!分|门|件)|趟|头|方|面|款"
#: a measure of the thing itself is no quantity: 扬程 30 米
_MEASURES = """
扬程 流量 压力 功率 口径 直径 管径 长度 宽度 高度 厚度 深度 转速 温度 电压 精度 载重 重量 容积 员工 职工
"""
_NO_MEASURE = "".join(f"(?<!{word})(?<!{word}[ 约为:])" for word in _MEASURES.split())
_NO_TIME = r"(?!\s*[年月日天周号%])"
_MONEY_WORDS = "预算|金额|价值|采购额|总价|投资|费用|总额|货款"

_UNIT = rf"(?:\s*[多余来]?\s*(?:{_COUNTED}|{_LATIN}))"
_ORDINAL = r"(?<![A-Za-z\d.第])(?<!第 )"

_AMOUNTS = (
    rf"(?:数量|用量|需求量|采购量|共计|合计|总计|总共)\s*[为是约:]?\s*{_NUMBER}{_NO_TIME}{_UNIT}?",
    rf"(?:{_MONEY_WORDS})[^\d{_SIGNS}]{{0,4}}{_NUMBER}\s*[多余]?\s*(?:万元|亿元|元|万|亿)?{_NO_TIME}",
    rf"{_NO_MEASURE}{_ORDINAL}{_NUMBER}{_UNIT}(?!\s*/\s*(?:[hHsS时秒分]|min))",
    rf"{_ORDINAL}(?!一[^百千万])(?:{_NUMBER})\s*[多余来]?\s*(?:{_LOOSE})",
    r"[x×*]\s*\d+(?![\d.]*\s*(?:mm|cm|m\b|x|×|\*))",  # 泵 x 20, but not 300x200 mm
)
AMOUNTS = re.compile("|".join(_AMOUNTS))

_NUM = rf"(?:\d{{1,3}}|[{_SIGNS}]{{1,3}})"
_PART = r"(?:\s*(?:上旬|中旬|下旬|底|初|末|中|份|上半|下半))?"
_UNTIL = r"(?:\s*(?:之前|以前|前|之后|以后|后|起|左右|期间))?"
_SPAN = "个?工作日|个?星期|个?礼拜|周|天|日|个多月|个月|月|个?季度|年|小时"
_QUARTER = r"第?\s*[一二三四1-4]\s*季度"
_PART_OF_YEAR = rf"{_QUARTER}|上半年|下半年|年?底|年?初|年?中|年?末|年?内"
_DAY = rf"(?:\s*{_NUM}\s*[日号])?"
_FEASTS = (
    "元旦|春节|过年|年关|清明节?|五一|劳动节|端午节?|中秋节?|国庆节?|十一|双十一|元宵节?|圣诞节?"
    "|供暖季|采暖季|汛期|雨季|开学"
)

_TIMES = (
    # 2027-03-31, 2027/3, 27年3月底前
    r"(?<!\d)(?P<year>20\d\d|\d\d(?=年))\s*[-/.年]\s*(?P<month>1[0-2]|0?[1-9])(?!\d)"
    rf"(?:\s*[-/.月]\s*(?P<day>[12]\d|3[01]|0?[1-9])(?!\d)\s*[日号]?|\s*月|){_PART}{_UNTIL}",
    rf"(?<!\d)(?:20\d\d|\d\d)\s*年\s*(?:{_PART_OF_YEAR}){_UNTIL}",
    # 明年三月, 今年年底, 明年
    rf"(?:今年|明后年|明年|后年|来年|本年|当年)\s*(?:{_PART_OF_YEAR}|{_NUM}\s*月{_DAY}{_PART})?{_UNTIL}",
    # 12 月底前, 三月 15 日; but not 每 3 月, 月用量, 3 月内
    rf"(?<![\d每]){_NUM}\s*月(?![用均产租薪结付饼内]){_DAY}{_PART}{_UNTIL}",
    r"(?<!\d)\d{1,2}\s*[日号]\s*(?:之前|以前|前|左右|交|到货)",
    rf"{_QUARTER}{_PART}{_UNTIL}|(?<![A-Za-z])(?:20\d\d|\d\d)?\s*[Qq][1-4](?!\w)|(?<![A-Za-z])[Hh][12](?!\w)",
    rf"(?<![每去前])(?:[上下]半年|年[底末初中内前后]|月[底末初中内]|周末|季度?末|财年末){_UNTIL}",
    rf"(?:本|这个?|下下个?|下个?|当)\s*(?:月|周|星期|礼拜|季度|季|财年)(?:[一二三四五六日天])?{_PART}{_UNTIL}",
    r"(?:周|星期|礼拜)[一二三四五六日天](?:之前|以前|前)?|今天|明天|大?后天|今晚|本日",
    rf"(?:{_FEASTS})\s*(?:节前|放假前|之前|以前|前|之后|以后|后|期间|开始)|节[前后]",
    # 两个月内, 30 天以内, 半年后, 交期 45 天
    rf"{_NUM}\s*(?:个半)?(?:{_SPAN})(?:之内|以内|内|之后|以后|后|左右|前后)",
    rf"(?:交货期|供货期|交期|货期|工期|周期)\s*[为是约:]?\s*{_NUM}\s*(?:{_SPAN})",
)
TIMES = re.compile("|".join(_TIMES))
