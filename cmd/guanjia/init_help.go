package main

// initHelp is what `guanjia init --help` shows, in two languages.
func initHelp() map[string][2]string {
	return map[string][2]string{
		"init":           {"回答几个问题，写出带注释的 guanjia.yaml。", "Answer a few questions, get a commented guanjia.yaml."},
		"initoutput":     {"写到哪个文件。", "File to write."},
		"initforce":      {"覆盖已有的文件。", "Overwrite a file that is there."},
		"inityes":        {"什么也不问：没给的选项用默认值。", "Ask nothing: defaults for the flags that are not given."},
		"initregister":   {"扫码新建钉钉应用，而不是用已有的。", "Make a new DingTalk app by scanning a code."},
		"initclientid":   {"应用的 Client ID（AppKey）。", "Client ID (AppKey) of the app."},
		"initsecretenv":  {"存放 Client Secret 的环境变量名，默认 GUANJIA_DINGTALK_CLIENT_SECRET。", "Environment variable that holds the Client Secret, default GUANJIA_DINGTALK_CLIENT_SECRET."},
		"initsecretfile": {"存放 Client Secret 的文件；内容会写进配置。", "File that holds the Client Secret, which is put into the configuration."},
		"initredis":      {"Redis 地址；private = 机器人自己启动一个。", "Address of Redis; private: the bot starts its own."},
		"inittimezone":   {"时区，默认 Asia/Shanghai。", "Time zone, default Asia/Shanghai."},
		"inithours":      {"周一至周五的营业时间，如 09:00-12:00,13:00-18:00。", "Business hours from Monday to Friday, such as 09:00-12:00,13:00-18:00."},
		"initweekend":    {"周六、周日的营业时间，默认 none。", "Business hours on Saturday and Sunday, default none."},
		"initexpert":     {"值班专家，姓名=userId，可重复。", "An expert on duty, name=userId; may be repeated."},
		"initpresales":   {"售前，姓名=userId，可重复，可不填。", "Presales, name=userId; may be repeated or left out."},
		"initmanager":    {"值班经理，姓名=userId，可重复。", "A duty manager, name=userId; may be repeated."},
		"inittemplate":   {"场景群模板 id；没有时应急群由人手工建。", "Id of the scene group template; without one people make the groups by hand."},
		"initapihost":    {"新接口的地址。", "Host of the new API."},
		"initoapihost":   {"旧接口与扫码建应用的地址。", "Host of the old API and of making apps by a code."},
	}
}
