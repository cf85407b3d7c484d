package hooks_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"guanjia/engagement"
	"guanjia/hooks"
)

func TestOfManyEqualEventsOneIsTheFirst(t *testing.T) {
	d, h := newHandler(t)
	var fresh, repeated atomic.Int32
	var all sync.WaitGroup
	body := created(now())
	for range 100 {
		all.Go(func() {
			switch rec := post(t, h, secret, "msg_1", time.Now(), body); rec.Code {
			case http.StatusAccepted:
				fresh.Add(1)
			case http.StatusOK:
				repeated.Add(1)
			default:
				t.Errorf("%d %s", rec.Code, rec.Body)
			}
		})
	}
	all.Wait()
	if fresh.Load() != 1 || repeated.Load() != 99 || len(d.orders) != 1 {
		t.Errorf("%d fresh, %d repeated, %d orders", fresh.Load(), repeated.Load(), len(d.orders))
	}
}

// stuck is a desk whose store does not answer.
type stuck struct{ inside, most atomic.Int32 }

func (s *stuck) Purchase(ctx context.Context, _ engagement.Purchase, _ time.Time) (hooks.Receipt, error) {
	n := s.inside.Add(1)
	defer s.inside.Add(-1)
	for m := s.most.Load(); n > m && !s.most.CompareAndSwap(m, n); m = s.most.Load() {
	}
	<-ctx.Done()
	return hooks.Receipt{}, ctx.Err()
}

func TestAStuckStoreIsSaidInTimeAndSparedTheCrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stuck{}
		h, err := hooks.New(s, hooks.Config{Secrets: []string{secret}})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				rec := post(t, h, secret, "msg_1", time.Now(), created(now()))
				if rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Retry-After") == "" {
					t.Errorf("%d %s", rec.Code, rec.Body)
				}
			})
		}
		all.Wait()
		if took := time.Since(start); took > 4*time.Second {
			t.Errorf("answered after %s", took)
		}
		if n := s.most.Load(); n == 0 || n > 32 {
			t.Errorf("%d events were at the desk at once", n)
		}
	})
}

func TestOtherMethodsAreToldWhichOneToUse(t *testing.T) {
	d, h := newHandler(t)
	for path, allowed := range map[string]string{"/hooks/purchases": http.MethodPost, "/hooks/aliyun-marketplace": http.MethodGet} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			if method == allowed {
				continue
			}
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), method, path+"?action=createInstance&orderBizId=1", http.NoBody))
			if rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("Allow") != allowed {
				t.Errorf("%s %s: %d, Allow %q", method, path, rec.Code, rec.Header().Get("Allow"))
			}
		}
	}
	if len(d.got) != 0 {
		t.Errorf("taken in: %+v", d.got)
	}
}

func TestTheLongestBodyIs64KiB(t *testing.T) {
	_, h := newHandler(t)
	good := created(now())
	for extra, want := range map[int]int{0: http.StatusAccepted, 1: http.StatusRequestEntityTooLarge} {
		body := good + strings.Repeat(" ", 64<<10-len(good)+extra)
		if rec := post(t, h, secret, "msg_1", time.Now(), body); rec.Code != want {
			t.Errorf("%d bytes: %d %s, want %d", len(body), rec.Code, rec.Body, want)
		}
	}
}

func TestTheLogHasNothingOfTheSenders(t *testing.T) {
	d, h := newHandler(t)
	var out bytes.Buffer
	ctx := zerolog.New(&out).WithContext(t.Context())
	logged := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r.WithContext(ctx)) })
	for _, body := range []string{created(now()), event("+86 139-0000-0001", "139secret"), event("o-1", "o 1"), event("emergency", "secret"), `{"type":"secret"}`} {
		post(t, logged, secret, "msg_1", time.Now(), body)
	}
	get(t, logged, "action=createInstance&orderBizId=secret-order&mobile=13900000001", "")
	get(t, logged, "action=renewInstance&instanceId=secret-other&orderId=secret", "")
	d.fail = errors.New("store away")
	post(t, logged, secret, "msg_2", time.Now(), event("o-1", "o-2"))
	for _, word := range []string{secret[6:], older[6:], "secret", "陈晓", "某电商", "1390000", "o-1", "o-2", "token"} {
		if strings.Contains(out.String(), word) {
			t.Errorf("the log has %q:\n%s", word, out.String())
		}
	}
	if !strings.Contains(out.String(), `"case":"C1"`) || !strings.Contains(out.String(), "store away") {
		t.Errorf("the log misses what an engineer needs:\n%s", out.String())
	}
}
