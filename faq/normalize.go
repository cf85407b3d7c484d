package faq

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxQuestion is how many runes of a question are looked at.
const maxQuestion = 500

// normalize brings the ways of typing together: width and compatibility forms
// (NFKC), case, Traditional characters, Taiwan's and Hong Kong's words, runs of
// the same sign, and invisible characters.
func normalize(s string) string {
	if len(s) > 8*maxQuestion {
		s = strings.ToValidUTF8(s[:8*maxQuestion], "")
	}
	s = strings.ToLower(norm.NFKC.String(s))
	s = simplify(s)
	var b strings.Builder
	var last rune
	runs, n := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r):
			r = ' '
		case unicode.IsPunct(r) && r != '-' && r != '/' && r != '\'' && r != '.' && r != '*':
			r = asciiStop(r)
		}
		if r == last {
			if runs++; runs >= 3 || r == ' ' || unicode.IsPunct(r) {
				continue
			}
		} else {
			runs = 0
		}
		last = r
		b.WriteRune(r)
		if n++; n >= maxQuestion {
			break
		}
	}
	return strings.TrimSpace(b.String())
}

// asciiStop keeps the ends of sentences, and turns other punctuation into space.
func asciiStop(r rune) rune {
	switch r {
	case '?', '？':
		return '?'
	case '。', '!', ';', '！', '；', '.':
		return '。'
	case ',', '、', '，':
		return ','
	}
	return ' '
}

// simplify turns Traditional characters into Simplified ones, after the words
// that differ between the regions.
func simplify(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return strings.ContainsRune(traditional, r) }) {
		return s
	}
	s = strings.NewReplacer(regionalWords()...).Replace(s)
	simple := []rune(simplified)
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune(traditional, r); i >= 0 {
			return simple[len([]rune(traditional[:i]))]
		}
		return r
	}, s)
}

func regionalWords() []string {
	return []string{
		"伺服器", "服务器", "駭客", "黑客", "資料庫", "数据库", "資料", "数据", "硬碟", "硬盘", "磁碟", "磁盘", "網路", "网络", "軟體", "软件",
		"資安", "安全", "程式", "程序", "檔案", "文件", "信箱", "邮箱", "電郵", "邮件", "連線", "连接", "登入", "登录", "帳號", "账号", "帳戶", "账户",
		"密碼", "密码", "惡意軟體", "恶意软件", "勒索軟體", "勒索软件", "應變", "响应", "到府", "上门", "洩漏", "泄露", "外洩", "外泄", "視訊", "视频",
		"當機", "宕机", "記憶體", "内存", "頻寬", "带宽", "網域", "域名", "防毒", "杀毒", "日誌", "日志", "售後", "售后", "聯絡", "联系", "寄給", "发给", "主機", "主机", "釣魚", "钓鱼", "異地", "异地",
	}
}

// The characters that questions of this field use, pair by pair.
const (
	traditional = "個們來時間後見說話請問題麼嗎樣這裡裏邊還沒對錯會過誰給從為與並綁繫線離開關閉門車東樂書買賣價錢費單據數資網絡絕級紀約紅純紙細組結統經縣織縮總聯聲聽職務動勞勢區醫協嚴處備復夠頭奪獎婦媽實寫寬寶將專導層屬島嶺師帳帶幫幹廣應廢廠強彈歸錄徑徵態慣愛慶憂懷戰戲戶拋掃擊擔擇擋換損搖攜攝敗敵斷晉暫曆條極構標樓橋機檢櫃權歡歲歷殘殺毀氣決況洩測湯滿漁漢潔濟濾灣災無煙熱爾牆獨獲環現產畢異當療發盜盡監盤礎確碼禍禦禮種積穩窮競筆節築簡糧終維緊練罰羅義習聖聞聰膚臺興舉舊艙藝蘇藥號術衛補裝製複覺覽觀計訂討訊訓記訪設許訴診評詞試詢該詳認語誤課調談論證識譯議護讀變讓讚負財責貨販貪貫貼賊賓賞賠質購贈贖趕趨跡踐軍軟輕較載輛輪輸轉辦農迴連進週運達違遠適選遲郵鄉醜釋針釣鈕銀銷鎖鍵鏈鐵鑑長閃閱陣陰陳陽隊階際隨險隱難雲電靈靜頁項順須預頻額類願顧顯風飛飯館駐駕騙驗驚體髮鬆鬥鬧魚鳥鹽麗點黨齊齡龍擾獄癱瘓詐騷滲傳億檔惡竊襲駭偽憑報執場塊壞壓償優儀側偵傷僅僱儲兩內冊凍別則剛創劃劑勝匯華參吳員唸啟喚嚇團國圍圖圓堅墊墜壯夢夾奧妳姦娛嬰學孫寧審尋屆崗廳張彎徹恆悶惱愾慮憐懇懶戀拚捨掛採揀揚擁擬擴擺攔攤攪敘斬於暢曉朧朮枴柵桿棄棗槍樁樹橫檯櫥欄欽歐殼毆氈氫汙沖涼淚淨淺渦漲漸潑潛潤澀濕濤瀏瀉灑灘烏煉煩燈燒營爐爛爭爺牽犧狀猶獅獵瑪瓊甦畝畫疊痠瘋瘡癒皺盞睏瞞矯硯礙禪禿稅穀穫窩竄竅籃籤籬粵糞糾紋納紐紗紮紹絃絆絞絲綜綠綢綱緒緣編緩緯縫縱績繞繪繳繼續纏纖罈罵羨翹肅腎腦腫腳腸膽膠臉臨艱艷苧莊莖莢萊萬葉葷蓋蓮蔣蔥蕩薦薩蘆蘋蘭虛蝕螞蟲蠟蠻裊襯襪規視親觸訝誇誌誘誠誡諒諾謀謊謎謙講謝謠謹譽豈豎豐貓貝貞貢貧貯貳貴貿賀賂賄賜賢賤賦賴贊贏趙踴蹤躍軌輔輝輩輯轄辭辯逕遊遙遜遞遺邁邏鄧鄭鄰醞釀釘鈍鈔鈣鈴鉛鉤銅銘銳鋁鋒鋪鋸鋼錦錫鍋鍛鎮鏡鐘鑄鑽閘閣闆闊隕陸隸隻雙雜雞霧靂韓響頂頃頓頒頗領頸頹顆顏飄飢飲飼飽飾餅養餓餘餵饋饒馬馮馳駛駱騎騰驅驕驛骯髒鬍鬚鬱魯鮑鮮鯉鯨鴉鴨鴻鵝鵡鶴鷹麥麵黃黴鼴齒"
	simplified  = "个们来时间后见说话请问题么吗样这里里边还没对错会过谁给从为与并绑系线离开关闭门车东乐书买卖价钱费单据数资网络绝级纪约红纯纸细组结统经县织缩总联声听职务动劳势区医协严处备复够头夺奖妇妈实写宽宝将专导层属岛岭师帐带帮干广应废厂强弹归录径征态惯爱庆忧怀战戏户抛扫击担择挡换损摇携摄败敌断晋暂历条极构标楼桥机检柜权欢岁历残杀毁气决况泄测汤满渔汉洁济滤湾灾无烟热尔墙独获环现产毕异当疗发盗尽监盘础确码祸御礼种积稳穷竞笔节筑简粮终维紧练罚罗义习圣闻聪肤台兴举旧舱艺苏药号术卫补装制复觉览观计订讨讯训记访设许诉诊评词试询该详认语误课调谈论证识译议护读变让赞负财责货贩贪贯贴贼宾赏赔质购赠赎赶趋迹践军软轻较载辆轮输转办农回连进周运达违远适选迟邮乡丑释针钓钮银销锁键链铁鉴长闪阅阵阴陈阳队阶际随险隐难云电灵静页项顺须预频额类愿顾显风飞饭馆驻驾骗验惊体发松斗闹鱼鸟盐丽点党齐龄龙扰狱瘫痪诈骚渗传亿档恶窃袭骇伪凭报执场块坏压偿优仪侧侦伤仅雇储两内册冻别则刚创划剂胜汇华参吴员念启唤吓团国围图圆坚垫坠壮梦夹奥你奸娱婴学孙宁审寻届岗厅张弯彻恒闷恼忾虑怜恳懒恋拼舍挂采拣扬拥拟扩摆拦摊搅叙斩于畅晓胧术拐栅杆弃枣枪桩树横台橱栏钦欧壳殴毡氢污冲凉泪净浅涡涨渐泼潜润涩湿涛浏泻洒滩乌炼烦灯烧营炉烂争爷牵牺状犹狮猎玛琼苏亩画叠酸疯疮愈皱盏困瞒矫砚碍禅秃税谷获窝窜窍篮签篱粤粪纠纹纳纽纱扎绍弦绊绞丝综绿绸纲绪缘编缓纬缝纵绩绕绘缴继续缠纤坛骂羡翘肃肾脑肿脚肠胆胶脸临艰艳苎庄茎荚莱万叶荤盖莲蒋葱荡荐萨芦苹兰虚蚀蚂虫蜡蛮袅衬袜规视亲触讶夸志诱诚诫谅诺谋谎谜谦讲谢谣谨誉岂竖丰猫贝贞贡贫贮贰贵贸贺赂贿赐贤贱赋赖赞赢赵踊踪跃轨辅辉辈辑辖辞辩径游遥逊递遗迈逻邓郑邻酝酿钉钝钞钙铃铅钩铜铭锐铝锋铺锯钢锦锡锅锻镇镜钟铸钻闸阁板阔陨陆隶只双杂鸡雾雳韩响顶顷顿颁颇领颈颓颗颜飘饥饮饲饱饰饼养饿余喂馈饶马冯驰驶骆骑腾驱骄驿肮脏胡须郁鲁鲍鲜鲤鲸鸦鸭鸿鹅鹉鹤鹰麦面黄霉鼹齿"
)
